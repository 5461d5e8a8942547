import { main } from './main.ts';

await main(process.argv[2] ?? 'run');
