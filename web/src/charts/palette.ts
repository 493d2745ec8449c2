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
  series: ['#2f54c4', '#d1600c', '#00876c', '#a8447f', '#3d9bd6', '#7a5c00', '#4a2a75', '#7d8088'],
};

export const dark: Scheme = {
  surface: '#191a1e',
  text: '#ecedf0',
  muted: '#a6aab3',
  faint: '#90949e',
  border: '#26282e',
  axis: '#434650',
  accent: '#93a8ff',
  series: ['#8ea4ff', '#f0883e', '#2fb393', '#de7fb9', '#8fd3ff', '#c9a227', '#8b63c7', '#7f838d'],
};

export const schemeOf = (isDark: boolean): Scheme => (isDark ? dark : light);
