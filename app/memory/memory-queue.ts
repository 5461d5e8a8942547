import type { WorkQueue } from '../../shared/ports/jobs.ts';
import { LaneQueue, type LaneQueueOptions } from '../queue/lane-queue.ts';
import { createMemoryJournal } from './memory-journal.ts';

/**
 * A queue that forgets everything when the process ends, for tests and the demo. Because what waits would be lost, `drain`
 * also does what is due.
 */
export function createMemoryQueue(options: LaneQueueOptions): WorkQueue {
  return new LaneQueue(options, { journal: createMemoryJournal(options.clock), kept: [], durable: false });
}
