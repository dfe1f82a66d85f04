/** infra/network.yaml keeps what it promises: one way out a subnet and address family, and nobody reaches whom they need not. */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Tree } from '#local/template-values.ts';
import { read } from './support/sources.ts';
import { combinations, inlineHandler, recordingClient, type Stack, stackOf, stackTemplate } from './support/stacks.ts';
import { tableRows } from './support/tables.ts';
import { template as app } from './support/template.ts';

const file = 'infra/network.yaml';
const network = (parameters: Record<string, string> = {}) => stackOf(file, { Stage: 'dev', ...parameters });
const modes = combinations({ Egress: ['ipv6', 'nat-instance', 'nat', 'nat-per-zone'], Zones: ['2', '3'] });

/** A subnet with its zone, and its routes by destination. */
function subnetsOf(stack: Stack) {
  const tableOf = new Map(
    stack.of('AWS::EC2::SubnetRouteTableAssociation').map(([, { Properties }]) => [Properties.SubnetId, Properties.RouteTableId]),
  );
  return stack.of('AWS::EC2::Subnet').map(([id, { Properties }]) => {
    const routes = stack.of('AWS::EC2::Route').filter(([, route]) => route.Properties.RouteTableId === tableOf.get(id));
    const to = (destination: string) =>
      routes
        .filter(([, route]) => (route.Properties.DestinationCidrBlock ?? route.Properties.DestinationIpv6CidrBlock) === destination)
        .map(([, route]) => {
          const { RouteTableId: _, DestinationCidrBlock: _4, DestinationIpv6CidrBlock: _6, ...by } = route.Properties;
          return by;
        });
    return {
      id,
      zone: Properties.AvailabilityZone as string,
      cidr: Properties.CidrBlock as string,
      ipv4: to('0.0.0.0/0'),
      ipv6: to('::/0'),
    };
  });
}

const privateSubnets = (stack: Stack) => subnetsOf(stack).filter(({ id }) => id.startsWith('Private'));
const publicSubnets = (stack: Stack) => subnetsOf(stack).filter(({ id }) => !id.startsWith('Private'));

describe.each(modes)('with $Egress in $Zones zones', ({ Egress = '', Zones = '' }) => {
  const stack = network({ Egress, Zones });
  const inside = privateSubnets(stack);

  test('there is a private subnet in each zone, and all are given to the functions', () => {
    expect(inside.map(({ zone }) => zone)).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c'].slice(0, Number(Zones)));
    expect(stack.outputs.SubnetIds).toBe(inside.map(({ id }) => id).join(','));
    const blocks = subnetsOf(stack).map(({ cidr }) => cidr);
    expect(new Set(blocks).size).toBe(blocks.length);
  });

  test('every private subnet has exactly one way out by IPv6, that nobody comes in by', () => {
    expect(inside.map(({ ipv6 }) => ipv6)).toEqual(inside.map(() => [{ EgressOnlyInternetGatewayId: 'Ipv6Out' }]));
  });

  test('every private subnet has the one way out by IPv4 that the mode says', () => {
    const gateways = { ipv6: [], 'nat-instance': [{ NetworkInterfaceId: 'NatInterface' }], nat: [{ NatGatewayId: 'NatA' }] }[Egress];
    const own = ['A', 'B', 'C'].map((letter) => [{ NatGatewayId: `Nat${letter}` }]);
    expect(inside.map(({ ipv4 }) => ipv4)).toEqual(inside.map((_, i) => gateways ?? own[i]));
  });

  test('a NAT stands in a public subnet with an address of its own; with nat-per-zone in the zone that it serves', () => {
    const outside = publicSubnets(stack);
    expect(outside.map(({ ipv4 }) => ipv4)).toEqual(outside.map(() => [{ GatewayId: 'Internet' }]));
    const zoneOf = new Map(outside.map(({ id, zone }) => [id, zone]));
    const nats = stack.of('AWS::EC2::NatGateway');
    expect(nats.length).toBe({ ipv6: 0, 'nat-instance': 0, nat: 1, 'nat-per-zone': Number(Zones) }[Egress]);
    if (Egress === 'nat-per-zone')
      expect(nats.map(([, nat]) => zoneOf.get(nat.Properties.SubnetId))).toEqual(inside.map(({ zone }) => zone));
    for (const [, nat] of nats) expect(zoneOf.has(nat.Properties.SubnetId)).toBe(true);
    const addresses = stack.of('AWS::EC2::EIP').map(([id]) => id);
    const used = [...nats, ...stack.of('AWS::EC2::EIPAssociation')].map(
      ([, { Properties }]) => String(Properties.AllocationId).split('.')[0],
    );
    expect(used.sort()).toEqual(addresses.sort());
    expect(outside.length).toBe(Egress === 'nat-per-zone' ? Number(Zones) : Egress === 'ipv6' ? 0 : 1);
  });

  test('S3 is reached without NAT, for what CloudFormation is answered by and nothing else', () => {
    const [[, { Properties }] = ['', { Properties: {} as Record<string, unknown> }]] = stack.of('AWS::EC2::VPCEndpoint');
    expect(Properties.RouteTableIds).toEqual(['RoutesA', 'RoutesB', 'RoutesC'].slice(0, Number(Zones)));
    expect((Properties.PolicyDocument as { Statement: Tree[] }).Statement).toEqual([
      { Effect: 'Allow', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::cloudformation-custom-resource-response-*/*' },
    ]);
  });
});

test('the zones can be chosen, and the default way out is the one that the app expects', () => {
  expect(privateSubnets(network({ ZoneNames: 'us-east-1d,us-east-1f' })).map(({ zone }) => zone)).toEqual(['us-east-1d', 'us-east-1f']);
  expect(stackTemplate(file).Parameters.Egress?.Default).toBe('nat-instance');
  expect(app.Parameters.Egress?.Default).toBe('nat-instance');
});

describe('the NAT instance', () => {
  const stack = network();
  const data = stack.resources.NatTemplate?.Properties.LaunchTemplateData;

  test('is the smallest there is, with the newest Amazon Linux, encrypted disk, IMDSv2, and neither key nor role', () => {
    expect(data).toMatchObject({ InstanceType: 't4g.nano', MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 } });
    expect(data.ImageId).toMatch(/^resolve:ssm:\/aws\/service\/ami-amazon-linux-latest\/al2023-.*arm64$/);
    expect(data.BlockDeviceMappings.map(({ Ebs }: { Ebs: Tree }) => [Ebs.Encrypted, Ebs.DeleteOnTermination])).toEqual([[true, true]]);
    expect(Object.keys(data).filter((name) => /KeyName|IamInstanceProfile/.test(name))).toEqual([]);
  });

  test('passes on what is not its own, and takes HTTPS from the VPC alone', () => {
    expect(stack.resources.NatInterface?.Properties).toMatchObject({ SourceDestCheck: false, GroupSet: ['NatGroup'] });
    const { SecurityGroupIngress, SecurityGroupEgress } = stack.resources.NatGroup?.Properties ?? {};
    const rule = ({ CidrIp, FromPort, ToPort, IpProtocol }: Tree) => `${IpProtocol} ${FromPort}-${ToPort} ${CidrIp}`;
    expect([SecurityGroupIngress.map(rule), SecurityGroupEgress.map(rule)]).toEqual([
      ['tcp 443-443 10.20.0.0/16'],
      ['tcp 443-443 0.0.0.0/0'],
    ]);
  });

  test('is replaced by a group of one, and address and routes belong to the interface that each new one gets', () => {
    const { Properties, UpdatePolicy } = stack.resources.NatInstance ?? {};
    expect(Properties).toMatchObject({ MinSize: '1', MaxSize: '1', AvailabilityZones: ['PublicA.AvailabilityZone'] });
    expect(Properties?.InstanceMaintenancePolicy).toEqual({ MinHealthyPercentage: 0, MaxHealthyPercentage: 100 });
    expect(UpdatePolicy).toEqual({ AutoScalingRollingUpdate: { MinInstancesInService: 0, MaxBatchSize: 1 } });
    expect(data.NetworkInterfaces).toEqual([{ DeviceIndex: 0, NetworkInterfaceId: 'NatInterface' }]);
    expect(stack.resources.NatAddressOfInterface?.Properties.NetworkInterfaceId).toBe('NatInterface');
  });

  test('is set up by a script that is one, and that names the VPC and no placeholder', () => {
    const script = Buffer.from(data.UserData, 'base64').toString();
    expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    expect(script).toContain('ip saddr 10.20.0.0/16 tcp dport 443 accept');
    expect(script).not.toMatch(/\$\{/);
  });
});

/** Who may open a connection to whom, `from → to:port`, where both sides' groups allow it; and rules of one side alone. */
function reach(stack: Stack) {
  const groups = stack.of('AWS::EC2::SecurityGroup');
  const rules = (type: 'Ingress' | 'Egress') => [
    ...groups.flatMap(([id, { Properties }]) =>
      ((Properties[`SecurityGroup${type}`] ?? []) as Tree[]).map((rule): Tree => ({ GroupId: id, ...rule })),
    ),
    ...stack.of(`AWS::EC2::SecurityGroup${type}`).map(([, { Properties }]) => Properties),
  ];
  const edge = (from: unknown, to: unknown, { FromPort, ToPort }: Tree) =>
    `${from} → ${to}:${FromPort}${FromPort === ToPort ? '' : `-${ToPort}`}`;
  const out = rules('Egress').filter(({ DestinationSecurityGroupId }) => DestinationSecurityGroupId !== undefined);
  const into = rules('Ingress').filter(({ SourceSecurityGroupId }) => SourceSecurityGroupId !== undefined);
  const allowedOut = new Set(out.map((rule) => edge(rule.GroupId, rule.DestinationSecurityGroupId, rule)));
  // HTTPS to everywhere includes what is inside of the VPC.
  const https = rules('Egress')
    .filter(({ CidrIp, FromPort }) => CidrIp === '0.0.0.0/0' && FromPort === 443)
    .map(({ GroupId }) => GroupId);
  const allowedIn = into.map((rule) => edge(rule.SourceSecurityGroupId, rule.GroupId, rule));
  const opened = (name: string) => allowedOut.has(name) || (name.endsWith(':443') && https.includes(name.split(' ')[0]));
  return {
    edges: allowedIn.filter(opened).sort(),
    halves: [...allowedIn.filter((name) => !opened(name)), ...[...allowedOut].filter((name) => !allowedIn.includes(name))],
    outside: rules('Egress')
      .filter(({ CidrIp, CidrIpv6 }) => CidrIp === '0.0.0.0/0' || CidrIpv6 !== undefined)
      .map((rule) => `${rule.GroupId} → ${rule.CidrIp ?? rule.CidrIpv6}:${rule.FromPort}`)
      .sort(),
    fromAddresses: rules('Ingress').filter(({ SourceSecurityGroupId }) => SourceSecurityGroupId === undefined),
    withoutEgress: groups.filter(([, { Properties }]) => (Properties.SecurityGroupEgress ?? []).length === 0).map(([id]) => id),
  };
}

describe('who may reach whom', () => {
  const always = [
    'AgentGroup → CacheGroup:6379',
    'AgentGroup → DatabaseGroup:5432',
    'AgentGroup → ReplicaGroup:5432',
    'DirectGroup → DatabaseGroup:5432',
    'FunctionsGroup → CacheGroup:6379',
    'FunctionsGroup → ProxyGroup:5432',
    'FunctionsGroup → ReplicaGroup:5432',
    'FunctionsGroup → SearchGroup:443',
    'ProxyGroup → DatabaseGroup:5432',
  ];

  test.each([
    ['true', always],
    ['false', [...always, 'FunctionsGroup → DatabaseGroup:5432'].sort()],
  ])('with DatabaseProxy %s is this, and no rule stands on one side alone', (DatabaseProxy, edges) => {
    const found = reach(network({ DatabaseProxy }));
    expect(found.edges).toEqual(edges);
    expect(found.halves).toEqual([]);
  });

  test('is what docs/architecture.md says', () => {
    const section = /^## The stacks\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(read('docs/architecture.md'))?.[1] ?? '';
    const rows = tableRows(section).filter(([from]) => from?.endsWith('Group'));
    expect(rows.map(([from, to, port]) => `${from} → ${to}:${port}`).sort()).toEqual(reach(network({ DatabaseProxy: 'false' })).edges);
  });

  test('outside is HTTPS, for functions, Agent and NAT; no address outside reaches anything, and stores open no connection', () => {
    const found = reach(network());
    const https = ['AgentGroup', 'DirectGroup', 'FunctionsGroup'].flatMap((group) => [`${group} → 0.0.0.0/0:443`, `${group} → ::/0:443`]);
    expect(found.outside).toEqual([...https, 'NatGroup → 0.0.0.0/0:443'].sort());
    expect(found.fromAddresses.map(({ GroupId, CidrIp }) => `${CidrIp} → ${GroupId}`)).toEqual(['10.20.0.0/16 → NatGroup']);
    expect(found.withoutEgress).toEqual([]);
  });
});

describe('the default security group', () => {
  const stack = network();
  const event = { StackId: 's', RequestId: 'r', LogicalResourceId: 'l', ResourceProperties: { GroupId: 'sg-1' } };
  /** What CloudFormation hears, and what EC2 is asked. */
  async function run(RequestType: string, describe: () => unknown) {
    const answers: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => {
        body += part;
      });
      request.on('end', () => response.end(void answers.push(`${request.method} ${request.headers['content-type'] ?? ''}${body}`)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const commands = ['DescribeSecurityGroupRulesCommand', 'RevokeSecurityGroupEgressCommand', 'RevokeSecurityGroupIngressCommand'];
    const { sent, module } = recordingClient('EC2Client', commands, (name) => (name.startsWith('Describe') ? describe() : {}));
    const handler = inlineHandler(stack, 'CloseGroup', { '@aws-sdk/client-ec2': module });
    await handler({ ...event, RequestType, ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
    await new Promise((resolve) => server.close(resolve));
    return { sent: sent.slice(1), answer: JSON.parse(String(answers[0]).replace(/^PUT /, '')) };
  }
  const rules = {
    SecurityGroupRules: [
      { IsEgress: true, SecurityGroupRuleId: 'out' },
      { IsEgress: false, SecurityGroupRuleId: 'in' },
    ],
  };

  test('loses all its rules', async () => {
    const { sent, answer } = await run('Create', () => rules);
    expect(sent).toEqual([
      ['RevokeSecurityGroupEgress', { GroupId: 'sg-1', SecurityGroupRuleIds: ['out'] }],
      ['RevokeSecurityGroupIngress', { GroupId: 'sg-1', SecurityGroupRuleIds: ['in'] }],
    ]);
    expect(answer).toEqual({ Status: 'SUCCESS', StackId: 's', RequestId: 'r', LogicalResourceId: 'l', PhysicalResourceId: 'sg-1' });
  });

  test('that has none is left alone, also when its stack goes; a refusal fails the deploy with its reason', async () => {
    expect((await run('Update', () => ({ SecurityGroupRules: [] }))).sent).toEqual([]);
    expect((await run('Delete', () => rules)).sent).toEqual([]);
    const refused = await run('Create', () => {
      throw new Error('not allowed');
    });
    expect(refused.answer).toMatchObject({ Status: 'FAILED', Reason: 'Error: not allowed', PhysicalResourceId: 'sg-1' });
  });
});

test('flow logs are there if their days are given', () => {
  expect(network().of('AWS::EC2::FlowLog')).toEqual([]);
  const stack = network({ FlowLogDays: '7' });
  expect(stack.of('AWS::EC2::FlowLog').map(([, { Properties }]) => Properties.TrafficType)).toEqual(['ALL']);
  expect(String(stack.resources.FlowLogGroup?.Properties.RetentionInDays)).toBe('7');
});
