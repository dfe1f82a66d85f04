/** Every type of resource there is in a stage: a new one fails a test until somebody has looked what it costs and put it here. */

/** Those that cost-items.ts has a rule for. */
export const pricedTypes = [
  'AWS::Backup::BackupPlan',
  'AWS::CloudFront::Distribution',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::EC2::EIP',
  'AWS::EC2::FlowLog',
  'AWS::EC2::LaunchTemplate', // the NAT instance
  'AWS::EC2::NatGateway',
  'AWS::ECS::Service',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::Events::Rule',
  'AWS::KMS::Key',
  'AWS::Kinesis::Stream',
  'AWS::Logs::Delivery',
  'AWS::OpenSearchService::Domain',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBProxy',
  'AWS::RDS::DBProxyEndpoint',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
  'AWS::Serverless::Function',
  'AWS::WAFv2::WebACL',
];

/** Those that AWS does not bill, or bills by something above. */
export const freeTypes = [
  'AWS::Serverless::HttpApi', // by requests, with the routes of functions
  'AWS::S3::Bucket', // a GB at most, which is assumed
  'AWS::Logs::LogGroup', // what is written is billed, with the functions that write
  'AWS::ApplicationAutoScaling::ScalableTarget', // what it adds is provisioned concurrency above ProvisionedConcurrency, which is not foreseen here
  'AWS::ApplicationAutoScaling::ScalingPolicy',
  'AWS::AutoScaling::AutoScalingGroup',
  'AWS::Backup::BackupSelection',
  'AWS::Backup::BackupVault', // what lies in it is the plan's
  'AWS::Budgets::Budget', // one that only tells is free
  'AWS::CE::AnomalySubscription',
  'AWS::CloudFront::CachePolicy',
  'AWS::CloudFront::Function', // by calls, with the distribution
  'AWS::CloudFront::OriginAccessControl',
  'AWS::CloudFront::OriginRequestPolicy',
  'AWS::CloudFront::ResponseHeadersPolicy',
  'AWS::CodeDeploy::Application',
  'AWS::CodeDeploy::DeploymentGroup',
  'AWS::EC2::EIPAssociation',
  'AWS::EC2::EgressOnlyInternetGateway',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::NetworkInterface',
  'AWS::EC2::Route',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::Subnet',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCCidrBlock',
  'AWS::EC2::VPCEndpoint', // a gateway endpoint; a test refuses the other kind
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::ECS::Cluster',
  'AWS::ECS::TaskDefinition', // what it is made of, billed by the service
  'AWS::ElastiCache::SubnetGroup',
  'AWS::ElastiCache::User',
  'AWS::ElastiCache::UserGroup',
  'AWS::Events::EventBus',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::Lambda::Function', // those of the stacks themselves, which run when a stack is made
  'AWS::Lambda::Permission',
  'AWS::Logs::DeliveryDestination',
  'AWS::Logs::DeliverySource',
  'AWS::Logs::ResourcePolicy',
  'AWS::RDS::DBClusterParameterGroup',
  'AWS::RDS::DBParameterGroup',
  'AWS::RDS::DBProxyTargetGroup',
  'AWS::RDS::DBSubnetGroup',
  'AWS::S3::BucketPolicy',
  'AWS::SES::ConfigurationSet',
  'AWS::SES::ConfigurationSetEventDestination',
  'AWS::SNS::Subscription', // a topic's first thousand mails a month are free
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::SecretsManager::RotationSchedule',
  'AWS::Serverless::LayerVersion',
  'AWS::WAFv2::LoggingConfiguration',
  'Custom::ClosedSecurityGroup',
  'Custom::Migration',
];
