/** A point on a glyph's grid or on a canvas. */
export type Point = readonly [x: number, y: number];

/** The height of capitals and digits on the grid. */
export const CAP_HEIGHT = 8;

const LETTER_SPACE = 2.2;
const SPACE = 3.5;

/**
 * The letters as strokes of a pen, drawn on a grid: each pair of characters is a point x, y (base 36; y 0 is the top of
 * capitals, 3 that of small letters, 8 the base line, `a` the lowest). `~` rounds the stroke's corners off.
 */
const STROKES: Readonly<Record<string, string>> = {
  A: '083068 1555',
  B: '0008 ~003050543404 ~043454583808',
  C: '~626000086866',
  D: '0008 ~003060683808',
  E: '50000858 0444',
  F: '500008 0444',
  G: '~626000086864 6434',
  H: '0008 6068 0464',
  I: '0008',
  J: '~4046480806',
  K: '0008 5005 2358',
  L: '000858',
  M: '0800356068',
  N: '08006860',
  O: '~0060680800',
  P: '0008 ~003050553505',
  Q: '~0060680800 4669',
  R: '0008 ~003050553505 2558',
  S: '~5250000454580806',
  T: '0060 3038',
  U: '~000408686460',
  V: '003860',
  W: '0028416880',
  X: '0058 5008',
  Y: '003460 3438',
  Z: '00600868',
  a: '~0343480803 4348',
  b: '0008 ~0343480803',
  c: '~444303084847',
  d: '~0343480803 4048',
  e: '0545 ~454303084847',
  f: '~30101418 0333',
  g: '~0343480803 ~43484a0a09',
  h: '0008 ~0503434548',
  i: '0308 0101',
  j: '~13191a0a 1111',
  k: '0008 4306 1548',
  l: '~00060828',
  m: '0308 ~0503333538 ~3533636568',
  n: '0308 ~0503434548',
  o: '~0343480803',
  p: '030a ~0343480803',
  q: '~0343480803 434a',
  r: '0308 ~050333',
  s: '~4443030546480807',
  t: '~11161838 0333',
  u: '~0306084846 4348',
  v: '032843',
  w: '0328344863',
  x: '0348 4308',
  y: '0328 431a',
  z: '03430848',
  '0': '~0050580800',
  '1': '123038',
  '2': '~0200505408 0858',
  '3': '~0100505424 ~2454580807',
  '4': '48400656',
  '5': '500003 ~0353580807',
  '6': '~40000306 ~0353580803',
  '7': '005028',
  '8': '~0050540400 ~0454580804',
  '9': '~0050550500 ~52555818',
  '.': '0808',
  ',': '0809',
  ':': '0404 0808',
  '!': '0005 0808',
  '?': '~0200404325 2828',
  "'": '0002',
  '-': '0535',
  '–': '0555',
  '+': '0545 2327',
  '=': '0444 0646',
  '×': '0437 3407',
  '%': '~0020230300 ~4565684845 6008',
  '/': '0840',
  '(': '~20020729',
  ')': '~00222709',
  '…': '0808 2828 4848',
};

/** What stands for a character that the font does not have. */
const MISSING = '0050580800';

/** Digits are equally wide, so that numbers stand in columns. */
const DIGIT_WIDTH = 5;

/** A text as strokes on the grid, from x 0 on, and the width it takes there. */
export function layOut(text: string): { readonly strokes: readonly (readonly Point[])[]; readonly width: number } {
  const strokes: Point[][] = [];
  let x = 0;
  for (const character of text) {
    if (character === ' ') {
      x += SPACE;
      continue;
    }
    const glyph = (STROKES[character] ?? MISSING).split(' ').map(readStroke);
    const width = /\d/.test(character) ? DIGIT_WIDTH : Math.max(...glyph.flat().map(([right]) => right));
    for (const stroke of glyph) strokes.push(stroke.map(([px, py]) => [px + x, py]));
    x += width + LETTER_SPACE;
  }
  return { strokes, width: Math.max(0, x - LETTER_SPACE) };
}

function readStroke(text: string): readonly Point[] {
  const isRound = text.startsWith('~');
  const points = Array.from(text.slice(isRound ? 1 : 0).matchAll(/(.)(.)/g), ([, x, y]): Point => {
    return [Number.parseInt(x!, 36), Number.parseInt(y!, 36)];
  });
  return isRound ? rounded(points) : points;
}

/** Cuts the corners of a line three times (Chaikin); a line that ends where it starts is taken as closed. */
function rounded(points: readonly Point[]): readonly Point[] {
  const [first, last] = [points[0]!, points.at(-1)!];
  const isClosed = first[0] === last[0] && first[1] === last[1];
  let line = points;
  for (let round = 0; round < 3; round++) {
    const cut = line.slice(1).flatMap((to, i): Point[] => [between(line[i]!, to, 0.25), between(line[i]!, to, 0.75)]);
    line = isClosed ? [...cut, cut[0]!] : [first, ...cut, last];
  }
  return line;
}

const between = ([ax, ay]: Point, [bx, by]: Point, share: number): Point => [
  ax + (bx - ax) * share,
  ay + (by - ay) * share,
];
