// Files on their way in: sent, then read, then told about. They go one after the other.

import { api, Problem, type UploadOptions } from '../../api/client';
import type { ImportedFile, UploadProgress } from '../../api/types';
import { forget } from '../../questions/ask.svelte';

export type State = 'waiting' | 'sending' | 'reading' | 'done' | 'failed';

export class Sending {
  state = $state<State>('waiting');
  sent = $state(0);
  total = $state(0);
  progress = $state.raw<UploadProgress | null>(null);
  files = $state.raw<ImportedFile[]>([]);
  problem = $state.raw<Problem | null>(null);

  constructor(
    readonly id: string,
    readonly name: string,
    readonly body: Blob,
    readonly options: UploadOptions,
  ) {
    this.total = body.size;
  }

  async go(workspace: string): Promise<void> {
    this.state = 'sending';
    this.problem = null;
    const watch = window.setInterval(() => void this.#look(workspace), 300);
    try {
      const answer = await api.upload(workspace, this.body, this.name, this.id, this.options, (sent, total) => {
        this.sent = sent;
        this.total = total;
        if (sent >= total) this.state = 'reading';
      });
      this.files = answer.files;
      this.state = 'done';
      if (answer.files.some((f) => f.batch)) forget();
    } catch (error) {
      this.problem = error instanceof Problem ? error : new Problem(-1, '', String(error));
      this.state = 'failed';
    } finally {
      clearInterval(watch);
    }
  }

  async #look(workspace: string): Promise<void> {
    if (this.state !== 'reading') return;
    try {
      this.progress = await api.uploadProgress(workspace, this.id);
    } catch {
      // Progress is a courtesy; the answer itself still comes.
    }
  }
}

const list = $state<{ all: Sending[] }>({ all: [] });
let running = false;

export const sendings = {
  get all(): Sending[] {
    return list.all;
  },
  async add(workspace: string, files: { name: string; body: Blob }[], options: UploadOptions): Promise<void> {
    list.all = [...files.map((f) => new Sending(newId(), f.name, f.body, options)).reverse(), ...list.all];
    await run(workspace);
  },
  async again(workspace: string, sending: Sending): Promise<void> {
    sending.state = 'waiting';
    await run(workspace);
  },
  clear(): void {
    list.all = list.all.filter((s) => s.state === 'sending' || s.state === 'reading' || s.state === 'waiting');
  },
};

async function run(workspace: string): Promise<void> {
  if (running) return;
  running = true;
  try {
    for (;;) {
      const next = list.all.findLast((s) => s.state === 'waiting');
      if (!next) return;
      await next.go(workspace);
    }
  } finally {
    running = false;
  }
}

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
}
