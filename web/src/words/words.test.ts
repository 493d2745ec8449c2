import { describe, expect, it } from 'vitest';
import { en } from './en';
import { t, tn, told } from './index';

describe('words', () => {
  it('fills in and counts', () => {
    expect(t('change.against', { value: '3.29 %' })).toBe('vs 3.29 %');
    expect(tn('posts.total', 1)).toBe('1 post');
    expect(tn('posts.total', 1200, '1,200')).toBe('1,200 posts');
  });

  it('shows what the server calls something when there is no word for it', () => {
    expect(told('note', 'partial_period')).toBe('running');
    expect(told('note', 'brand_new_note')).toBe('brand new note');
  });

  it('has no empty entry', () => {
    for (const [key, text] of Object.entries(en)) expect(text.trim(), key).not.toBe('');
  });
});
