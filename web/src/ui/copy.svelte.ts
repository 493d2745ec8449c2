// Copying, and saying so for a moment.

export function copier(): { readonly done: string | null; copy(name: string, text: string): Promise<void> } {
  let done = $state<string | null>(null);
  let timer = 0;
  return {
    get done() {
      return done;
    },
    async copy(name, text) {
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        // Without a secure origin there is no clipboard API; the old way still works.
        const area = document.createElement('textarea');
        area.value = text;
        area.style.position = 'fixed';
        area.style.opacity = '0';
        (document.querySelector('[aria-modal]') ?? document.body).append(area);
        area.select();
        document.execCommand('copy');
        area.remove();
      }
      done = name;
      clearTimeout(timer);
      timer = window.setTimeout(() => (done = null), 1600);
    },
  };
}
