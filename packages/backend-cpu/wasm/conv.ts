// Convolutions as products of matrices whose rows lie in framed images: the taps of a row of the filter lie side by side
// there, so nothing is unfolded.
import { applyEpilogue, readEpilogue } from './epilogue';
import { Frame, FRAME_BYTES, frameImages } from './frame';
import {
  ci,
  co,
  dilationH,
  dilationW,
  h,
  kh,
  kw,
  n,
  oh,
  ow,
  padLeft,
  padTop,
  readInput,
  readWindow,
  setOutputChannels,
  strideH,
  strideW,
  w,
} from './geometry';
import { pack, packPanel, packedBytes, panelCount } from './pack';
import { isMeasuring, next, nextSlot, shareEnd, shareStart, take, takeShared } from './runtime';
import { barrier } from './threads';
import { DEPTH, multiplyPanel, PANEL, TILE_SCRATCH } from './tiles';

/** Rows of a product that are at least made together; smaller images are taken several at a time. */
const LEAST_ROWS: i32 = 96;
/** Bytes of the images that are gone through together, so that they stay in the second cache. */
const BLOCK_BYTES: i32 = 1 << 18;
/** Rows of `dy` whose products are summed before the sum is added to the gradient. */
const FILTER_BLOCK: i32 = 512;

let groups: i32 = 0;
/** Channels of a group. */
let cig: i32 = 0;
let cog: i32 = 0;

let frame: Frame = changetype<Frame>(0);
/** Images of a block, which are framed together. */
let together: i32 = 0;
let rows: usize = 0;
let outs: usize = 0;
let segments: usize = 0;
let relative: usize = 0;
let packed: usize = 0;
let tileScratch: usize = 0;

function readConv(): void {
  readInput();
  setOutputChannels(next());
  readWindow();
  groups = next();
  cig = ci / groups;
  cog = co / groups;
  frame = changetype<Frame>(take(FRAME_BYTES));
}

/** Says how images are framed, and takes the memory for `together` of them. */
function setFrame(
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  outerHeight: i32,
  outerWidth: i32,
): void {
  const isNeeded = outerHeight != height || outerWidth != width;
  const bytes = <usize>(outerHeight * outerWidth * channels * together) << 2;
  const address = isNeeded ? take(bytes) : 0;
  if (isMeasuring()) return;
  frame.height = height;
  frame.width = width;
  frame.channels = channels;
  frame.top = top;
  frame.left = left;
  frame.outerHeight = outerHeight;
  frame.outerWidth = outerWidth;
  frame.address = address;
  if (address) memory.fill(address, 0, bytes);
}

/** Frames the input of the forward convolution. */
function frameInput(): void {
  const height = max(padTop + h, (oh - 1) * strideH + (kh - 1) * dilationH + 1);
  const width = max(padLeft + w, (ow - 1) * strideW + (kw - 1) * dilationW + 1);
  setFrame(h, w, ci, padTop, padLeft, height, width);
}

/** How many images make a block of so many rows each. */
function imagesFor(rowsOfImage: i32): i32 {
  return max(1, min(n, (LEAST_ROWS + rowsOfImage - 1) / max(1, rowsOfImage)));
}

/** Taps of a row of the filter lie side by side in the image. */
function isJoined(): bool {
  return groups == 1 && (dilationW == 1 || kw == 1);
}

export function conv(): void {
  readConv();
  const x = nextSlot();
  const filter = nextSlot();
  const out = nextSlot();
  const pixels = oh * ow;
  together = imagesFor(pixels);
  frameInput();
  const taps = kh * kw * cig;
  takeTables(together * pixels, kh * kw);
  const groupBytes = packedBytes(taps, cog);
  packed = takeShared(groupBytes * <usize>groups);
  readEpilogue(n * pixels, co, out);
  if (isMeasuring()) return;

  const panels = panelCount(cog);
  const shareFrom = shareStart(panels, 1);
  const shareTo = shareEnd(panels, 1);
  for (let g = 0; g < groups; g++) {
    const columns = filter + (<usize>(g * cog) << 2);
    pack(columns, <usize>co << 2, 4, taps, cog, packed + <usize>g * groupBytes, shareFrom, shareTo);
  }
  barrier();
  const fw = frame.outerWidth;
  aim(together, oh, ow, frame.outerHeight, fw, ci, strideH, strideW, oh, ow, co, 1, 1);
  const joined = isJoined();
  const segmentCount = joined ? kh : kh * kw;
  for (let ky = 0; ky < kh; ky++) {
    if (joined) setSegment(ky, ky * dilationH * fw * ci);
    else for (let kx = 0; kx < kw; kx++) setSegment(ky * kw + kx, (ky * dilationH * fw + kx * dilationW) * ci);
  }
  const blockRows = max(48, BLOCK_BYTES / (4 * ci * strideH * strideW));
  const end = shareEnd(n, together);
  for (let image = shareStart(n, together); image < end; image += together) {
    const count = min(together, end - image);
    const base = frameImages(frame, x + imageOffset(image, h * w * ci), count);
    const to = out + imageOffset(image, pixels * co);
    for (let row = 0; row < count * pixels; row += blockRows) {
      const rowCount = min(blockRows, count * pixels - row);
      for (let g = 0; g < groups; g++) {
        place(segmentCount, base + (<usize>(g * cig) << 2));
        multiplyBlock(
          row,
          rowCount,
          segmentCount,
          joined ? kw * ci : cig,
          packed + <usize>g * groupBytes,
          taps,
          cog,
          to + (<usize>(g * cog) << 2),
        );
      }
      const first = image * pixels + row;
      applyEpilogue(first * co, (first + rowCount) * co);
    }
  }
  barrier();
}

// @ts-ignore: decorator
@inline
function imageOffset(image: i32, size: i32): usize {
  return (<usize>image * <usize>size) << 2;
}

/** Memory for the places of so many rows and segments. */
function takeTables(rowCount: i32, segmentCount: i32): void {
  rows = take(<usize>rowCount << 2);
  outs = take(<usize>rowCount << 2);
  relative = take(<usize>segmentCount << 2);
  segments = take(<usize>segmentCount << 2);
  tileScratch = take(TILE_SCRATCH);
}

/** Where a segment begins from the start of a row, in elements. */
function setSegment(index: i32, elements: i32): void {
  store<i32>(relative + (<usize>index << 2), elements << 2);
}

/** Puts the segments where a block of images lies. */
function place(count: i32, base: usize): void {
  for (let i: usize = 0; i < <usize>count << 2; i += 4) store<usize>(segments + i, base + load<usize>(relative + i));
}

/**
 * Notes for each pixel of `images` images of `height` rows and `width` columns where its row of `a` begins, in images of
 * `aHeight` by `aWidth`, and where its row of the result does, in images of `outHeight` by `outWidth`. Pixels are so many steps
 * apart.
 */
function aim(
  images: i32,
  height: i32,
  width: i32,
  aHeight: i32,
  aWidth: i32,
  aChannels: i32,
  aStepH: i32,
  aStepW: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  outStepH: i32,
  outStepW: i32,
): void {
  let at: usize = 0;
  for (let image = 0; image < images; image++) {
    for (let y = 0; y < height; y++) {
      let from = ((image * aHeight + y * aStepH) * aWidth * aChannels) << 2;
      let to = ((image * outHeight + y * outStepH) * outWidth * outChannels) << 2;
      for (let x = 0; x < width; x++, at += 4) {
        store<i32>(rows + at, from);
        store<i32>(outs + at, to);
        from += (aStepW * aChannels) << 2;
        to += (outStepW * outChannels) << 2;
      }
    }
  }
}

/** Multiplies the rows from `row` on with a packed matrix of `taps` rows. */
function multiplyBlock(
  row: i32,
  count: i32,
  segmentCount: i32,
  length: i32,
  matrix: usize,
  taps: i32,
  columns: i32,
  to: usize,
): void {
  const r = rows + (<usize>row << 2);
  const o = outs + (<usize>row << 2);
  const together = max(1, DEPTH / max(1, length));
  for (let first = 0; first < columns; first += PANEL) {
    const panel = matrix + (<usize>(first * taps) << 2);
    const offset = to + (<usize>first << 2);
    const width = min(PANEL, columns - first);
    for (let s = 0; s == 0 || s < segmentCount; s += together) {
      multiplyPanel(
        count,
        r,
        o,
        4,
        segments + (<usize>s << 2),
        min(together, segmentCount - s),
        length,
        panel + <usize>(s * length) * 32,
        32,
        offset,
        width,
        s > 0,
        tileScratch,
      );
    }
  }
}

/**
 * The gradient with respect to the input. The pixels whose coordinates leave the same rest divided by the strides meet the same
 * taps, and are a convolution of stride 1 of `dy` with these.
 */
export function convInputGrad(): void {
  readConv();
  const dy = nextSlot();
  const filter = nextSlot();
  const out = nextSlot();
  together = imagesFor(((h + strideH - 1) / strideH) * ((w + strideW - 1) / strideW));
  const top = max(0, -leastOffset(kh, dilationH, padTop, strideH));
  const left = max(0, -leastOffset(kw, dilationW, padLeft, strideW));
  const height = top + max(oh, mostReach(h, kh, dilationH, padTop, strideH) + 1);
  const width = left + max(ow, mostReach(w, kw, dilationW, padLeft, strideW) + 1);
  setFrame(oh, ow, co, top, left, height, width);
  takeTables(together * h * w, kh * kw);
  const groupBytes = packedBytes(kh * kw * cog, cig);
  packed = takeShared(groupBytes * <usize>groups);
  readEpilogue(n * h * w, ci, out);
  if (isMeasuring()) return;
  const end = shareEnd(n, together);
  const start = shareStart(n, together);
  for (let py = 0; py < min(strideH, h); py++) {
    for (let px = 0; px < min(strideW, w); px++) {
      barrier();
      const taps = packPhase(filter, py, px, groupBytes);
      barrier();
      runPhase(dy, out, py, px, taps, groupBytes, start, end);
    }
  }
  if (start < end) applyEpilogue(start * h * w * ci, end * h * w * ci);
  barrier();
}

/** The place in `dy` that a tap reads for the first pixel of a phase: whole if the tap belongs to the phase. */
// @ts-ignore: decorator
@inline
function belongs(phase: i32, pad: i32, tap: i32, dilation: i32, stride: i32): bool {
  return (phase + pad - tap * dilation) % stride == 0;
}

function leastOffset(taps: i32, dilation: i32, pad: i32, stride: i32): i32 {
  let least = 0;
  for (let phase = 0; phase < stride; phase++) {
    for (let tap = 0; tap < taps; tap++) {
      if (belongs(phase, pad, tap, dilation, stride)) least = min(least, (phase + pad - tap * dilation) / stride);
    }
  }
  return least;
}

function mostReach(length: i32, taps: i32, dilation: i32, pad: i32, stride: i32): i32 {
  let most = 0;
  for (let phase = 0; phase < min(stride, length); phase++) {
    const last = (length - phase + stride - 1) / stride - 1;
    for (let tap = 0; tap < taps; tap++) {
      if (belongs(phase, pad, tap, dilation, stride)) most = max(most, last + (phase + pad - tap * dilation) / stride);
    }
  }
  return most;
}

/** Packs the taps of a phase, and notes where in `dy` they read; how many there are. */
function packPhase(filter: usize, py: i32, px: i32, groupBytes: usize): i32 {
  let taps = 0;
  for (let ky = 0; ky < kh; ky++) {
    if (belongs(py, padTop, ky, dilationH, strideH)) {
      for (let kx = 0; kx < kw; kx++) if (belongs(px, padLeft, kx, dilationW, strideW)) taps++;
    }
  }
  const panels = panelCount(cig);
  const from = shareStart(panels, 1);
  const to = shareEnd(panels, 1);
  let index = 0;
  // backwards, so that with stride 1 the taps of a row come side by side in `dy`
  for (let ky = kh - 1; ky >= 0; ky--) {
    if (!belongs(py, padTop, ky, dilationH, strideH)) continue;
    for (let kx = kw - 1; kx >= 0; kx--) {
      if (!belongs(px, padLeft, kx, dilationW, strideW)) continue;
      const y = (py + padTop - ky * dilationH) / strideH + frame.top;
      const x = (px + padLeft - kx * dilationW) / strideW + frame.left;
      setSegment(index, (y * frame.outerWidth + x) * co);
      for (let g = 0; g < groups; g++) {
        for (let panel = from; panel < to; panel++) {
          const c = panel * PANEL;
          const source = filter + (<usize>(((ky * kw + kx) * cig + c) * co + g * cog) << 2);
          const target = packed + <usize>g * groupBytes + (<usize>((c * taps + index * PANEL) * cog) << 2);
          packPanel(source, 4, <usize>co << 2, cog, min(PANEL, cig - c), target);
        }
      }
      index++;
    }
  }
  return taps;
}

function runPhase(
  dy: usize,
  out: usize,
  py: i32,
  px: i32,
  taps: i32,
  groupBytes: usize,
  start: i32,
  end: i32,
): void {
  const height = (h - py + strideH - 1) / strideH;
  const width = (w - px + strideW - 1) / strideW;
  const pixels = height * width;
  aim(together, height, width, frame.outerHeight, frame.outerWidth, co, 1, 1, h, w, ci, strideH, strideW);
  const isRow = groups == 1 && dilationW == 1 && strideW == 1 && taps > 0;
  if (isRow) for (let i = 1; i < taps / kw; i++) setSegment(i, load<i32>(relative + (<usize>(i * kw) << 2)) >> 2);
  const segmentCount = isRow ? taps / kw : taps;
  const first = out + (<usize>((py * w + px) * ci) << 2);
  const blockRows = max(48, BLOCK_BYTES / (4 * co));
  for (let image = start; image < end; image += together) {
    const count = min(together, end - image);
    const base = frameImages(frame, dy + imageOffset(image, oh * ow * co), count);
    const to = first + imageOffset(image, h * w * ci);
    for (let row = 0; row < count * pixels; row += blockRows) {
      const rowCount = min(blockRows, count * pixels - row);
      for (let g = 0; g < groups; g++) {
        place(segmentCount, base + (<usize>(g * cog) << 2));
        const matrix = packed + <usize>g * groupBytes;
        const length = isRow ? kw * co : cog;
        multiplyBlock(row, rowCount, segmentCount, length, matrix, taps * cog, cig, to + (<usize>(g * cig) << 2));
      }
    }
  }
}

/** The gradient with respect to the filter: a product that sums over pixels, line by line of `dy`. */
export function convFilterGrad(): void {
  readConv();
  const x = nextSlot();
  const dy = nextSlot();
  const out = nextSlot();
  together = imagesFor(oh * ow);
  frameInput();
  const rowCount = kh * kw * cig;
  const lines = max(1, FILTER_BLOCK / max(1, ow));
  takeTables(rowCount, lines);
  packed = take(packedBytes(lines * ow, cog));
  if (isMeasuring()) return;
  const fw = frame.outerWidth;
  for (let row = 0; row < rowCount; row++) {
    const tap = row / cig;
    const from = ((tap / kw) * dilationH * fw + (tap % kw) * dilationW) * ci + (row % cig);
    store<i32>(rows + (<usize>row << 2), from << 2);
    store<i32>(outs + (<usize>row << 2), (row * co) << 2);
  }
  if (n == 0) memory.fill(out, 0, <usize>(rowCount * co) << 2);
  for (let image = 0; image < n; image += together) {
    const count = min(together, n - image);
    const base = frameImages(frame, x + imageOffset(image, h * w * ci), count);
    for (let line = 0; line < count * oh; line += lines) {
      const lineCount = min(lines, count * oh - line);
      for (let i = 0; i < lineCount; i++) {
        const picture = (line + i) / oh;
        const y = (line + i) % oh;
        setSegment(i, (picture * frame.outerHeight + y * strideH) * fw * ci);
      }
      const gradient = dy + imageOffset(image, oh * ow * co) + imageOffset(line, ow * co);
      for (let g = 0; g < groups; g++) {
        addBlock(gradient, out, g, base, lineCount, rowCount, image > 0 || line > 0);
      }
    }
  }
}

function addBlock(
  gradient: usize,
  out: usize,
  g: i32,
  base: usize,
  lineCount: i32,
  rowCount: i32,
  adds: bool,
): void {
  const panels = panelCount(cog);
  const pixels = lineCount * ow;
  const columns = gradient + (<usize>(g * cog) << 2);
  const from = shareStart(panels, 1);
  const to = shareEnd(panels, 1);
  pack(columns, <usize>co << 2, 4, pixels, cog, packed, from, to);
  place(lineCount, base + (<usize>(g * cig) << 2));
  const step = <usize>(strideW * ci) << 2;
  for (let panel = from; panel < to; panel++) {
    const first = panel * PANEL;
    const matrix = packed + (<usize>(first * pixels) << 2);
    const offset = out + (<usize>(g * cog + first) << 2);
    const width = min(PANEL, cog - first);
    multiplyPanel(
      rowCount,
      rows,
      outs,
      step,
      segments,
      lineCount,
      ow,
      matrix,
      32,
      offset,
      width,
      adds,
      tileScratch,
    );
  }
}
