// Images with zeros around them, as far as windows reach, so that whoever reads windows asks for no borders.
import { copyBytes } from './copy';

/** What of an image is copied into a frame; elements are float32. */
@unmanaged
export class Frame {
  /** Of the images. */
  height: i32;
  width: i32;
  channels: i32;
  /** Zeros before the first row and column. */
  top: i32;
  left: i32;
  /** Of the images with what is around them. */
  outerHeight: i32;
  outerWidth: i32;
  /** Where framed images lie; 0 if images need no frame and are read where they are. */
  address: usize;
}

export const FRAME_BYTES: usize = 32;

/** Bytes of a framed image. */
function framedBytes(frame: Frame): usize {
  return <usize>(frame.outerHeight * frame.outerWidth * frame.channels) << 2;
}

/** The address of `count` images side by side: framed copies, or the images themselves. */
export function frameImages(frame: Frame, images: usize, count: i32): usize {
  if (!frame.address) return images;
  const line = <usize>(frame.width * frame.channels) << 2;
  const outerLine = <usize>(frame.outerWidth * frame.channels) << 2;
  const start = frame.address + <usize>frame.top * outerLine + (<usize>(frame.left * frame.channels) << 2);
  for (let image = 0; image < count; image++) {
    let to = start + <usize>image * framedBytes(frame);
    for (let y = 0; y < frame.height; y++) {
      copyBytes(to, images, line);
      images += line;
      to += outerLine;
    }
  }
  return frame.address;
}
