/** Functions run in this process and write their lines to its standard streams, as on Lambda: this reads along, and changes nothing of what is written. */
import { StringDecoder } from 'node:string_decoder';

type Stream = Pick<NodeJS.WriteStream, 'write'>;

/** The longest piece without a line's end that is kept: what is longer is no log line. */
const longestPiece = 1024 * 1024;

/** Hands over each whole line that is written from now on. Returns a function that ends that. */
export function tapLines(stream: Stream, onLine: (line: string) => void): () => void {
  const write = stream.write;
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let ended = false;

  function read(chunk: unknown): void {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return;
    const text = rest + (typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
    const lines = text.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestPiece) rest = '';
    for (const line of lines) {
      try {
        onLine(line);
      } catch {
        // Whoever writes a line has nothing to do with who reads it.
      }
    }
  }

  function tapped(this: unknown, ...args: Parameters<typeof write>): boolean {
    if (!ended) read(args[0]);
    return write.apply(stream as NodeJS.WriteStream, args);
  }
  stream.write = tapped as typeof write;
  return () => {
    ended = true;
    // Another tap may have been put around this one; it then goes on by way of it.
    if (stream.write === tapped) stream.write = write;
  };
}
