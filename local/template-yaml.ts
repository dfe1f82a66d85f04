/** CloudFormation's YAML as plain values: the short tags (`!Ref X`) become their long forms (`{ Ref: 'X' }`). */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

const shortForms = new Set([
  ...['And', 'Base64', 'Cidr', 'Equals', 'FindInMap', 'GetAZs', 'GetAtt', 'If', 'ImportValue', 'Join', 'Length', 'Not'],
  ...['Or', 'Select', 'Split', 'Sub', 'ToJsonString', 'Transform'],
]);

/** Parses a template's text. An error or a tag that CloudFormation does not have throws, naming the line. */
export function parseTemplate(text: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent' });
  const [problem] = document.errors;
  if (problem !== undefined) throw new Error(`the template is not YAML: ${problem.message}`);
  return plain(document.contents, document, (node) => lines.linePos(node.range?.[0] ?? 0).line);
}

function plain(node: unknown, document: Document, lineOf: (node: Node) => number): unknown {
  if (isAlias(node)) return plain(node.resolve(document), document, lineOf);
  const inner = (child: unknown) => plain(child, document, lineOf);
  if (isMap(node)) {
    const entries = node.items.map(({ key, value }) => [String(isScalar(key) ? key.value : key), inner(value)] as const);
    return tagged(node, Object.fromEntries(entries), lineOf);
  }
  if (isSeq(node)) return tagged(node, node.items.map(inner), lineOf);
  if (isScalar(node)) return tagged(node, node.value, lineOf);
  return null;
}

function tagged(node: Node & { tag?: string }, value: unknown, lineOf: (node: Node) => number): unknown {
  const name = node.tag?.startsWith('!') ? node.tag.slice(1) : undefined;
  if (name === undefined) return value;
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  if (!shortForms.has(name)) throw new Error(`unknown tag !${name} on line ${lineOf(node)} of the template`);
  if (name !== 'GetAtt' || typeof value !== 'string') return { [`Fn::${name}`]: value };
  const dot = value.indexOf('.');
  return { 'Fn::GetAtt': [value.slice(0, dot), value.slice(dot + 1)] };
}
