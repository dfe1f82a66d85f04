// npm run build: functions, layer and SPA into dist/.
import { build as buildWeb } from 'vite';
import { buildFunctions, sizeReport } from './build-functions.ts';
import { root } from './function-files.ts';

const started = performance.now();
const [sizes] = await Promise.all([buildFunctions(), buildWeb({ root: `${root}/web`, logLevel: 'warn' })]);
console.log(sizeReport(sizes));
console.log(`Built functions and SPA in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
