// What is open in the frame, and how the rail stands.

const KEY = 'sociometer.rail';

function narrowBefore(): boolean {
  try {
    return localStorage.getItem(KEY) === 'narrow';
  } catch {
    return false;
  }
}

let narrow = $state(narrowBefore());
let palette = $state(false);
let shortcuts = $state(false);

export const shell = {
  get narrow(): boolean {
    return narrow;
  },
  set narrow(next: boolean) {
    narrow = next;
    try {
      localStorage.setItem(KEY, next ? 'narrow' : 'wide');
    } catch {
      // Only the memory of it is lost.
    }
  },
  get palette(): boolean {
    return palette;
  },
  set palette(next: boolean) {
    palette = next;
  },
  get shortcuts(): boolean {
    return shortcuts;
  },
  set shortcuts(next: boolean) {
    shortcuts = next;
  },
};
