/** A stage's bill, item by item: rules from resources to meters. What costs nothing is listed too (types.ts), so that a new type is noticed. */
import type { Meter } from '#functions/ops/lib/monthly-usd.ts';
import type { Tree } from '#local/template-values.ts';
import { assumptions as assumed } from './assumptions.ts';
import { free, isPriced, type PriceName, prices } from './prices.ts';
import { runsPerMonth } from './schedules.ts';
import type { StageResource, StageResources } from './stage-resources.ts';

export const hoursPerMonth = 730;
const secondsPerMonth = hoursPerMonth * 3600;
const million = 1e6;
const kbOfGb = 1024 * 1024;

export interface CostItem {
  /** What is paid for, the same name in every stage: `PostgreSQL`. */
  resource: string;
  /** What it is here: `db.t4g.micro, one zone, 20 GB`. */
  detail: string;
  meters: Meter[];
}

type Resources = readonly StageResource[];
const ofType = (resources: Resources, ...types: string[]) => resources.filter(({ Type }) => types.includes(Type));
const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
const hourly = (name: PriceName, n = 1): Meter => ({ usd: prices[name].usd, base: n * hoursPerMonth });
const monthly = (name: PriceName, n: number): Meter => ({ usd: prices[name].usd, base: n });
/** So many millions: `name` is priced by the million. */
const perMillion = (name: PriceName, { base = 0, perRequest = 0, free: gift = 0 }: Omit<Meter, 'usd'>): Meter => ({
  usd: prices[name].usd / million,
  base,
  perRequest,
  free: gift,
});

/** An hourly price by a class that a template or a person names. Unknown ones cost nothing here, and the detail says so. */
const classMeters = (name: string, n: number): Meter[] => (isPriced(name) ? [hourly(name, n)] : []);
const classDetail = (name: string, shown = name) => (isPriced(name) ? shown : `${shown} (no price known: scripts/finops/prices.ts)`);

function database(resources: Resources): CostItem[] {
  const instances = ofType(resources, 'AWS::RDS::DBInstance');
  const disk = sum(
    instances.map(({ Properties: { AllocatedStorage, MultiAZ } }) => Number(AllocatedStorage ?? 0) * (MultiAZ === true ? 2 : 1)),
  );
  const main = Number(instances[0]?.Properties.AllocatedStorage ?? 0);
  return instances.map(({ id, Properties: { DBInstanceClass, Engine, MultiAZ, AllocatedStorage } }, i) => {
    const isAurora = Engine === 'aurora-postgresql';
    const name = isAurora ? `aurora ${DBInstanceClass}` : String(DBInstanceClass);
    const zones = MultiAZ === true ? 2 : 1;
    const gb = Number(AllocatedStorage ?? (isAurora ? 0 : main));
    const auroraDisk: Meter[] =
      i > 0 || !isAurora
        ? []
        : [monthly('aurora disk', 20), perMillion('aurora input and output', { perRequest: assumed.statementsPerRequest.value })];
    const where = isAurora ? '20 GB' : `${zones === 2 ? 'two zones' : 'one zone'}, ${gb} GB`;
    return {
      resource: id === 'Replica' || id === 'Reader' ? 'PostgreSQL, replica' : 'PostgreSQL',
      detail: `${classDetail(name)}, ${where}`,
      meters: [...classMeters(name, zones), ...auroraDisk, ...(gb > 0 && disk > 0 ? [monthly('database disk', gb * zones)] : [])],
    };
  });
}

function stores(resources: Resources): CostItem[] {
  const proxies = ofType(resources, 'AWS::RDS::DBProxy').length;
  const caches = ofType(resources, 'AWS::ElastiCache::ReplicationGroup').map(({ Properties }) => {
    const name = String(Properties.CacheNodeType);
    const nodes = Number(Properties.NumNodeGroups) * (1 + Number(Properties.ReplicasPerNodeGroup));
    return { resource: 'Valkey', detail: `${classDetail(name)}, ${count(nodes, 'node')}`, meters: classMeters(name, nodes) };
  });
  const domains = ofType(resources, 'AWS::OpenSearchService::Domain').map(({ Properties }) => {
    const { InstanceType, InstanceCount } = Properties.ClusterConfig as { InstanceType: string; InstanceCount: number };
    const { VolumeSize } = Properties.EBSOptions as { VolumeSize: number };
    const nodes = Number(InstanceCount);
    return {
      resource: 'OpenSearch',
      detail: `${classDetail(InstanceType)}, ${count(nodes, 'node')}, ${VolumeSize} GB each`,
      meters: [...classMeters(InstanceType, nodes), monthly('search disk', nodes * Number(VolumeSize))],
    };
  });
  // Every class here has two vCPUs, which is also the least that a proxy is billed for.
  // Its endpoint for reads is one more network interface in each zone.
  const endpoints = ofType(resources, 'AWS::RDS::DBProxyEndpoint').length;
  const proxy = {
    resource: 'RDS Proxy',
    detail: `2 vCPU${endpoints > 0 ? ', an endpoint for reads' : ''}`,
    meters: [hourly('database proxy', 2 * proxies), hourly('interface endpoint', 2 * endpoints)],
  };
  return [...(proxies > 0 ? [proxy] : []), ...caches, ...domains];
}

/** The Datadog Agent. Its image and its telemetry go out by the NAT. */
function tasks(resources: Resources): CostItem[] {
  return ofType(resources, 'AWS::ECS::Service').flatMap(({ Properties: { DesiredCount } }) =>
    ofType(resources, 'AWS::ECS::TaskDefinition').map(({ Properties: { Cpu, Memory } }) => {
      const [n, processors, gb] = [Number(DesiredCount), Number(Cpu) / 1024, Number(Memory) / 1024];
      return {
        resource: 'Fargate',
        detail: `${count(n, 'task')} of ${processors} vCPU, ${gb} GB`,
        meters: [hourly('Fargate processor arm64', n * processors), hourly('Fargate memory arm64', n * gb)],
      };
    }),
  );
}

function backups(resources: Resources): CostItem[] {
  const plans = ofType(resources, 'AWS::Backup::BackupPlan');
  const gb = Number(ofType(resources, 'AWS::RDS::DBInstance')[0]?.Properties.AllocatedStorage ?? 20);
  const vaults = plans.flatMap(({ Properties }) => {
    const rules = (Properties.BackupPlan as { BackupPlanRule: { CopyActions?: unknown[]; Lifecycle: { DeleteAfterDays: number } }[] })
      .BackupPlanRule;
    return rules.map(({ CopyActions = [], Lifecycle }) => ({ places: 1 + CopyActions.length, days: Number(Lifecycle.DeleteAfterDays) }));
  });
  const replicated = ofType(resources, 'AWS::RDS::DBInstance').filter(({ Properties }) => Properties.AutomaticBackupReplicationRegion);
  const kept = sum(vaults.map(({ places, days }) => places * (gb + days * assumed.changedGbPerDay.value))) + replicated.length * gb;
  if (kept === 0) return [];
  const detail = [
    ...vaults.map(({ places, days }) => `daily, ${days} days, ${count(places, 'vault')}`),
    ...replicated.map(() => 'RDS’s own copied to the second region'),
  ];
  return [{ resource: 'Backups', detail: `${detail.join('; ')}: ${Math.round(kept)} GB`, meters: [monthly('database backup', kept)] }];
}

function wayOut(resources: Resources): CostItem[] {
  const gateways = ofType(resources, 'AWS::EC2::NatGateway').length;
  const addresses = ofType(resources, 'AWS::EC2::EIP').length;
  const templates = ofType(resources, 'AWS::EC2::LaunchTemplate').map(
    ({ Properties }) => Properties.LaunchTemplateData as { InstanceType: string; BlockDeviceMappings: { Ebs: { VolumeSize: number } }[] },
  );
  const gb = assumed.outKbPerRequest.value / kbOfGb;
  const data: Meter = { usd: prices['data out'].usd, perRequest: gb, free: free['data out GB'] };
  const instances = templates.map(({ InstanceType, BlockDeviceMappings }) => ({
    resource: 'NAT',
    detail: `instance ${classDetail(InstanceType)}`,
    meters: [
      ...classMeters(InstanceType, 1),
      monthly('instance disk', sum(BlockDeviceMappings.map(({ Ebs }) => Number(Ebs.VolumeSize)))),
      data,
    ],
  }));
  const nat = {
    resource: 'NAT',
    detail: count(gateways, 'gateway'),
    meters: [hourly('NAT gateway', gateways), { usd: prices['NAT gateway data'].usd, perRequest: gb }, data],
  };
  const ipv4 = { resource: 'Public IPv4', detail: count(addresses, 'address', 'addresses'), meters: [hourly('public IPv4', addresses)] };
  return [...instances, ...(gateways > 0 ? [nat] : []), ...(addresses > 0 ? [ipv4] : [])];
}

interface Trigger {
  Type: string;
  Properties: Tree & { Enabled?: unknown; State?: unknown; ScheduleExpression?: string };
}
const isOn = ({ Properties: { Enabled, State } }: Trigger) => Enabled !== false && State !== 'DISABLED';
export const triggersOf = ({ Properties }: StageResource): Trigger[] =>
  Object.values((Properties.Events ?? {}) as Record<string, Trigger>).map(({ Type, Properties: own = {} }) => ({ Type, Properties: own }));

/** A function's memory in MB: its own, or what SAM gives to all. */
export const memoryOf = ({ Properties }: Pick<StageResource, 'Properties'>, functions: Tree): number =>
  Number(Properties.MemorySize ?? functions.MemorySize);

function functionItems({ resources, functions }: StageResources): CostItem[] {
  const all = ofType(resources, 'AWS::Serverless::Function');
  const [architecture = 'arm64'] = (functions.Architectures ?? []) as ('arm64' | 'x86_64')[];
  const with_ = (type: string) => all.filter((each) => triggersOf(each).some((trigger) => trigger.Type === type && isOn(trigger)));
  const gbOf = (list: Resources) => sum(list.map((each) => memoryOf(each, functions))) / 1024 / Math.max(1, list.length);
  const routes = with_('HttpApi');
  const consumers = all.filter((each) => triggersOf(each).some((trigger) => ['SQS', 'Kinesis'].includes(trigger.Type) && isOn(trigger)));
  const schedules = all.flatMap((each) =>
    triggersOf(each)
      .filter((trigger) => trigger.Type === 'ScheduleV2' && isOn(trigger))
      .map(({ Properties }) => ({ runs: runsPerMonth(String(Properties.ScheduleExpression)), gb: memoryOf(each, functions) / 1024 })),
  );
  const runs = sum(schedules.map((schedule) => schedule.runs));
  const events = assumed.eventsPerRequest.value;
  const consumed = events * assumed.consumersPerEvent.value;
  const seconds = assumed.millisecondsOfRequest.value / 1000;
  const provisioned = sum(
    all.map((each) => {
      const { ProvisionedConcurrentExecutions: n = 0 } = (each.Properties.ProvisionedConcurrencyConfig ?? {}) as {
        ProvisionedConcurrentExecutions?: number;
      };
      return (Number(n) * memoryOf(each, functions)) / 1024;
    }),
  );
  const gbSeconds: Meter = {
    usd: prices[`function ${architecture}`].usd,
    base: sum(schedules.map((schedule) => schedule.runs * schedule.gb)) * (assumed.millisecondsOfSchedule.value / 1000),
    perRequest: seconds * (gbOf(routes) + consumed * gbOf(consumers)),
    free: free['function GB-seconds'],
  };
  const logBase = (runs * assumed.logKbPerSchedule.value) / kbOfGb;
  const flows = ofType(resources, 'AWS::EC2::FlowLog').length;
  const edgeLogs = ofType(resources, 'AWS::Logs::Delivery').length;
  const logPerRequest =
    (assumed.logKbPerRequest.value + flows * assumed.flowKbPerRequest.value + edgeLogs * assumed.edgeLogKbPerRequest.value) / kbOfGb;
  const days = Number(ofType(resources, 'AWS::Logs::LogGroup').find(({ part }) => part === 'app')?.Properties.RetentionInDays ?? 30);
  return [
    {
      resource: 'Lambda',
      detail: `${all.length} functions, ${architecture}, ${Math.round(gbOf(routes) * 1024)} MB on average; ${count(schedules.length, 'schedule')}`,
      meters: [gbSeconds, perMillion('function requests', { base: runs, perRequest: 1 + consumed, free: free['function requests'] })],
    },
    ...(provisioned > 0
      ? [
          {
            resource: 'Provisioned concurrency',
            detail: `${provisioned} GB ready at any time`,
            meters: [{ usd: prices[`provisioned concurrency ${architecture}`].usd, base: provisioned * secondsPerMonth }],
          },
        ]
      : []),
    { resource: 'HTTP API', detail: `${routes.length} routes`, meters: [perMillion('HTTP API', { perRequest: 1 })] },
    {
      resource: 'EventBridge',
      detail: `${count(ofType(resources, 'AWS::Events::Rule').length, 'rule')}, ${count(schedules.length, 'schedule')}`,
      meters: [perMillion('events', { perRequest: events }), perMillion('schedules', { base: runs, free: free.schedules })],
    },
    {
      resource: 'Logs',
      detail: `kept ${days} days`,
      meters: [
        { usd: prices['logs taken'].usd, base: logBase, perRequest: logPerRequest, free: free['log GB'] },
        { usd: prices['logs kept'].usd, base: (logBase * days) / 30, perRequest: (logPerRequest * days) / 30, free: free['log GB'] },
      ],
    },
  ];
}

/** Lambda asks each queue that has a consumer with five pollers, each of which waits 20 seconds for a message. */
const callsOfPollers = 5 * (secondsPerMonth / 20);

function messages({ resources, parameters }: StageResources): CostItem[] {
  const queues = ofType(resources, 'AWS::SQS::Queue');
  const polled = ofType(resources, 'AWS::Serverless::Function').flatMap((each) =>
    triggersOf(each).filter((trigger) => trigger.Type === 'SQS' && isOn(trigger)),
  ).length;
  const events = assumed.eventsPerRequest.value;
  const perRequest = events * assumed.consumersPerEvent.value * assumed.callsPerMessage.value;
  const shards = sum(ofType(resources, 'AWS::Kinesis::Stream').map(({ Properties }) => Number(Properties.ShardCount ?? 1)));
  return [
    {
      resource: 'SQS',
      detail: `${queues.length} queues, of which ${polled} are asked for messages all day`,
      meters: [perMillion('queues', { base: polled * callsOfPollers, perRequest, free: free.queues })],
    },
    ...(shards > 0
      ? [
          {
            resource: 'Kinesis',
            detail: count(shards, 'shard'),
            meters: [hourly('Kinesis shard', shards), perMillion('Kinesis records', { perRequest: events })],
          },
        ]
      : []),
    ...(parameters.MailTransport === 'ses'
      ? [{ resource: 'SES', detail: 'mails', meters: [perMillion('mails', { perRequest: assumed.mailsPerRequest.value })] }]
      : []),
  ];
}

const metricsOf = ({ Properties }: StageResource) =>
  ((Properties.Metrics ?? [{ MetricStat: {} }]) as { MetricStat?: unknown }[]).filter(({ MetricStat }) => MetricStat !== undefined).length;

function watching(resources: Resources, customMetrics: number): CostItem[] {
  const alarms = ofType(resources, 'AWS::CloudWatch::Alarm');
  const metrics = sum(alarms.map(metricsOf));
  const composites = ofType(resources, 'AWS::CloudWatch::CompositeAlarm').length;
  const dashboards = ofType(resources, 'AWS::CloudWatch::Dashboard').length;
  return [
    {
      resource: 'Alarms',
      detail: `${count(alarms.length, 'alarm')} of ${count(metrics, 'metric')}, ${composites} composite`,
      meters: [{ ...monthly('alarm metrics', metrics), free: free['alarm metrics'] }, monthly('composite alarms', composites)],
    },
    {
      resource: 'Custom metrics',
      detail: count(customMetrics, 'metric'),
      meters: [{ ...monthly('custom metrics', customMetrics), free: free['custom metrics'] }],
    },
    ...(dashboards > 0
      ? [
          {
            resource: 'Dashboards',
            detail: `${dashboards}, three are free`,
            meters: [{ ...monthly('dashboards', dashboards), free: free.dashboards }],
          },
        ]
      : []),
  ];
}

function keysAndSecrets(resources: Resources): CostItem[] {
  const keys = ofType(resources, 'AWS::KMS::Key').length;
  const managed = ofType(resources, 'AWS::RDS::DBInstance', 'AWS::RDS::DBCluster').filter(
    ({ Properties }) => Properties.ManageMasterUserPassword === true,
  ).length;
  // The app's own is made by npm run deploy and not by a template.
  const secrets = 1 + managed + ofType(resources, 'AWS::SecretsManager::Secret').length;
  return [
    { resource: 'Secrets', detail: count(secrets, 'secret'), meters: [monthly('secrets', secrets)] },
    ...(keys > 0 ? [{ resource: 'KMS', detail: count(keys, 'key'), meters: [monthly('keys', keys)] }] : []),
  ];
}

function edge(resources: Resources): CostItem[] {
  const distributions = ofType(resources, 'AWS::CloudFront::Distribution');
  const viewed = 1 + assumed.filesPerRequest.value;
  const acls = ofType(resources, 'AWS::WAFv2::WebACL');
  const rules = sum(acls.map(({ Properties }) => ((Properties.Rules ?? []) as unknown[]).length));
  return [
    ...distributions.map(() => ({
      resource: 'CloudFront',
      detail: 'pay as you go',
      meters: [
        perMillion('CloudFront requests', { perRequest: viewed, free: free['CloudFront requests'] }),
        { usd: prices['CloudFront data'].usd, perRequest: assumed.edgeKbPerRequest.value / kbOfGb, free: free['CloudFront GB'] },
        perMillion('CloudFront functions', { perRequest: viewed, free: free['CloudFront functions'] }),
      ],
    })),
    ...(acls.length > 0
      ? [
          {
            resource: 'WAF',
            detail: count(rules, 'rule'),
            meters: [
              monthly('web ACL', acls.length),
              monthly('web ACL rule', rules),
              perMillion('web ACL requests', { perRequest: viewed }),
            ],
          },
        ]
      : []),
    { resource: 'S3', detail: 'the SPA and code of kept versions', meters: [monthly('S3 disk', assumed.siteGb.value)] },
  ];
}

/**
 * Everything that a stage is billed for.
 * @param customMetrics how many metrics of our own are in CloudWatch
 */
export function costItems(stage: StageResources, customMetrics: number): CostItem[] {
  const { resources } = stage;
  return [
    ...database(resources),
    ...stores(resources),
    ...backups(resources),
    ...tasks(resources),
    ...wayOut(resources),
    ...functionItems(stage),
    ...messages(stage),
    ...watching(resources, customMetrics),
    ...keysAndSecrets(resources),
    ...edge(resources),
  ];
}
