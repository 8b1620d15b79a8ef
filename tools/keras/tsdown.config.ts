import { library } from '../../tools/tsdown.base.ts';

export default library({ entry: ['src/cli.ts'], dts: false, platform: 'node' });
