import { sendDistributionMetric } from 'datadog-lambda-js';

export const counted = () => sendDistributionMetric('products', 1);
