// npm run build: functions, layer, SPA and the API's page into dist/.
import { buildFunctions, sizeReport } from './build-functions.ts';
import { buildWeb } from './build-web.ts';

const started = performance.now();
const [sizes] = await Promise.all([buildFunctions(), buildWeb()]);
console.log(sizeReport(sizes));
console.log(`Built functions and SPA in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
