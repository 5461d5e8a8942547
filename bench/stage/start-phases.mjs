// Loaded before the bundle (`node --import`): notes when the phases of its start are reached, without a change in it.
import childProcess from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { env, hrtime } from 'node:process';

const now = () => Number(hrtime.bigint()) / 1e6;
const times = { node: now(), git: [] };
const { REBYTE_BENCH_PHASES: file, GITHUB_EVENT_PATH: eventPath } = env;
const { readFileSync, writeFileSync } = fs;
const { execFile } = childProcess;

/** What is known so far, before the bytes leave: the process is killed as soon as they arrive. */
function save() {
  if (times.connected !== undefined) writeFileSync(file, JSON.stringify(times));
}

// The first thing the Action does, once it is loaded, is to read the event.
fs.readFileSync = (path, ...rest) => {
  if (path === eventPath) times.modules ??= now();
  return readFileSync(path, ...rest);
};
childProcess.execFile = (command, args, ...rest) => {
  const run = { command: [command, ...args].join(' '), from: now() };
  const child = execFile(command, args, ...rest);
  child.once('close', () => {
    times.git.push({ ...run, to: now() });
    save();
  });
  return child;
};
syncBuiltinESMExports();

subscribe('net.client.socket', ({ socket }) => {
  times.connecting ??= now();
  socket.once('connect', () => {
    times.connected ??= now();
    save();
  });
});
