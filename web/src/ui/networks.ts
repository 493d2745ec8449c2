// A network's muted hue and glyph. The glyph never stands without the name.

export interface Face {
  glyph: string;
  light: string;
  dark: string;
}

const faces: Record<string, Face> = {
  instagram: { glyph: 'Ig', light: '#a63d6f', dark: '#e58bb4' },
  facebook: { glyph: 'Fb', light: '#3a5a9b', dark: '#8fabe6' },
  threads: { glyph: 'Th', light: '#4a4c52', dark: '#b9bcc4' },
  meta: { glyph: 'Me', light: '#3b6a9c', dark: '#8fb8e0' },
  x: { glyph: 'X', light: '#33363c', dark: '#c9ccd3' },
  youtube: { glyph: 'Yt', light: '#a8382f', dark: '#f0918a' },
  linkedin: { glyph: 'Li', light: '#2b6490', dark: '#84b9de' },
  tiktok: { glyph: 'Tt', light: '#1f6f73', dark: '#7cc9cc' },
  pinterest: { glyph: 'Pi', light: '#9c3340', dark: '#ea929c' },
  reddit: { glyph: 'Re', light: '#a34b1f', dark: '#ef9d74' },
  mastodon: { glyph: 'Ma', light: '#5b4bb0', dark: '#a99df0' },
  bluesky: { glyph: 'Bs', light: '#2a6fa8', dark: '#86bdee' },
};

export function faceOf(network: string): Face {
  return faces[network] ?? { glyph: network.slice(0, 2).replace(/^./, (c) => c.toUpperCase()), light: '#55585f', dark: '#a6aab3' };
}
