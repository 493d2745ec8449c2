// Eight colours per theme. palette.test.ts keeps each pair apart for the three common colour-blindnesses
// and each colour at 3:1 or better on its surface.

export interface Scheme {
  surface: string;
  text: string;
  muted: string;
  faint: string;
  border: string;
  axis: string;
  accent: string;
  series: readonly string[];
}

export const light: Scheme = {
  surface: '#ffffff',
  text: '#1a1b1e',
  muted: '#55585f',
  faint: '#686b72',
  border: '#ecebe7',
  axis: '#c9c8c2',
  accent: '#2f54c4',
  series: ['#2f54c4', '#d75407', '#00905f', '#9d4089', '#2e9ae6', '#5e4a00', '#3d1f6b', '#8b91a4'],
};

export const dark: Scheme = {
  surface: '#191a1e',
  text: '#ecedf0',
  muted: '#a6aab3',
  faint: '#90949e',
  border: '#26282e',
  axis: '#434650',
  accent: '#93a8ff',
  series: ['#93a8ff', '#f37e1e', '#3fae75', '#d486c0', '#a5dcff', '#e8cc5a', '#985bbf', '#6e8487'],
};

export const schemeOf = (isDark: boolean): Scheme => (isDark ? dark : light);
