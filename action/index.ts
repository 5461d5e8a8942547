import { main } from './main.ts';

void main(process.argv[2] ?? 'run');
