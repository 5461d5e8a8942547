// Jest sequencer: without the times of earlier runs, as on a fresh machine, Jest starts the biggest files first. What takes
// longest here are small files that start processes and wait for them; one that is left for the end is waited for alone.
import Sequencer from '@jest/test-sequencer';

/** The longest first. */
const LONG = [/[/\\]chaos\.test\.ts$/, /[/\\]replicas\.test\.ts$/, /[/\\]demo\.test\.ts$/, /[/\\]end-to-end[/\\]/];

export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => rank(one.path) - rank(other.path));
  }
}

function rank(path) {
  const position = LONG.findIndex((pattern) => pattern.test(path));
  return position === -1 ? LONG.length : position;
}
