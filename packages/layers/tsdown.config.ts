import { library } from '../../tools/tsdown.base.ts';

export default library({ entry: ['src/index.ts', 'src/cli.ts', 'src/testing.ts'] });
