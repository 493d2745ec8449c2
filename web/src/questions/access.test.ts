import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('location', { pathname: '/', search: '', href: 'http://localhost/', origin: 'http://localhost' });
const { safePath } = await import('./access.svelte');

describe('where people land after signing in', () => {
  it('is one of our own pages', () => {
    expect(safePath('/posts?last=12m')).toBe('/posts?last=12m');
    expect(safePath('/')).toBe('/');
    for (const wanted of [null, '', 'https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', 'posts']) {
      expect(safePath(wanted), String(wanted)).toBe('/');
    }
  });
});
