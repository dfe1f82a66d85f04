import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.plugins.Plugin;
import org.opensearch.transport.Netty4Plugin;

/** One OpenSearch node on 127.0.0.1, which ends when its standard input does. Arguments: its folder, the port for HTTP, the port between nodes. */
public class Node extends org.opensearch.node.Node {
  Node(Environment environment, List<Class<? extends Plugin>> plugins) {
    super(environment, plugins, false);
  }

  public static void main(String[] args) throws Exception {
    Path home = Path.of(args[0]);
    Path config = Files.createDirectories(home.resolve("config"));
    Settings settings = Settings.builder()
      .put("path.home", home)
      .put("cluster.name", "kelvo")
      .put("node.name", "kelvo")
      .put("discovery.type", "single-node")
      .put("network.host", "127.0.0.1")
      .put("http.port", args[1])
      .put("transport.port", args[2])
      .put("http.type", "netty4")
      .put("transport.type", "netty4")
      .put("cluster.routing.allocation.disk.threshold_enabled", false)
      .build();
    Environment environment = InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), config, () -> "kelvo");
    Node node = new Node(environment, List.of(Netty4Plugin.class, CommonAnalysisPlugin.class));
    node.start();
    System.out.println("started");
    while (System.in.read() >= 0) {}
    node.close();
    System.exit(0);
  }
}
