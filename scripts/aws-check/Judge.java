import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import software.amazon.event.ruler.Machine;

/** AWS's own matcher of event patterns: reads lines of {pattern, event}, writes true, false, or why the pattern is refused. */
class Judge {
  public static void main(String[] args) throws Exception {
    ObjectMapper json = new ObjectMapper();
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonNode pair = json.readTree(line);
      try {
        Machine machine = Machine.builder().build();
        machine.addRule("rule", pair.get("pattern").toString());
        System.out.println(!machine.rulesForJSONEvent(pair.get("event").toString()).isEmpty());
      } catch (Exception refused) {
        System.out.println("refused: " + String.valueOf(refused.getMessage()).replaceAll("\\s+", " "));
      }
    }
  }
}
