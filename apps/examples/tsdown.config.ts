import { library } from '../../tools/tsdown.base.ts';

export default library({ entry: ['src/run.ts'], dts: false, platform: 'node' });
