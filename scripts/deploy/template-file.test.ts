import { expect, test } from 'vitest';
import { isSameTemplate, readTemplateText } from './template-file.ts';

const text = `
Description: The queue
Parameters:
  Stage: {Type: String, Description: Which one}
Resources:
  Queue: # of mails
    Type: AWS::SQS::Queue
    Properties: {QueueName: !Sub 'kelvo-\${Stage}', DelaySeconds: 1}
Outputs:
  QueueUrl: {Value: !Ref Queue, Description: Where it is}
`;

test('a template has its parameters, outputs and resources', () => {
  expect(readTemplateText('x.yaml', text)).toMatchObject({
    parameters: { Stage: { Type: 'String' } },
    outputs: ['QueueUrl'],
    resources: 1,
  });
});

test('comments, order and texts for people make no other stack', () => {
  const same = text.replace(' # of mails', '').replace('The queue', 'A queue').replace('Which one', 'dev').replace('Where it is', 'URL');
  expect(isSameTemplate(text, same)).toBe(true);
  expect(isSameTemplate(text, text.replace(/(QueueName: .*), (DelaySeconds: 1)/, '$2, $1'))).toBe(true);
  expect(isSameTemplate(text, text.replace('!Ref Queue', '{Ref: Queue}'))).toBe(true);
});

test.each([
  ['a property', 'DelaySeconds: 1', 'DelaySeconds: 2'],
  ['a reference instead of a text', '!Ref Queue', 'Queue'],
  ['a parameter’s default', 'Type: String', 'Type: String, Default: dev'],
  ['the description of a resource, which it gets', 'DelaySeconds: 1', 'DelaySeconds: 1, Description: x'],
  ['another name', 'Queue: #', 'Line: #'],
])('%s does', (_, from, to) => {
  expect(isSameTemplate(text, text.replace(from, to))).toBe(false);
});
