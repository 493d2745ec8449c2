// One thing being done at a time, and what came of it.

import { Problem } from '../api/client';

export class Acting {
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);

  run = async (work: () => Promise<void>): Promise<boolean> => {
    this.busy = true;
    this.problem = null;
    try {
      await work();
      return true;
    } catch (error) {
      this.problem = error instanceof Problem ? error : new Problem(-1, '', String(error));
      return false;
    } finally {
      this.busy = false;
    }
  };
}
