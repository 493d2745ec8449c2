import { expect, test } from 'vitest';
import { parseAgent } from './agent';

test('browsers are told apart although each names the others', () => {
  const like = 'AppleWebKit/537.36 (KHTML, like Gecko)';
  const told = (agent: string) => Object.values(parseAgent(agent));
  expect(told(`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${like} Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0`)).toEqual(['Edge', 'Windows']);
  expect(told(`Mozilla/5.0 (X11; Linux x86_64) ${like} Chrome/130.0.0.0 Safari/537.36`)).toEqual(['Chrome', 'Linux']);
  expect(told('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15')).toEqual(['Safari', 'macOS']);
  expect(told('Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/130.0 Mobile/15E148 Safari/604.1')).toEqual(['Chrome', 'iPhone']);
  expect(told('Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0')).toEqual(['Firefox', 'Android']);
  expect(told('curl/8.5.0')).toEqual([null, null]);
});
