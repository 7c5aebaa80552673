/** Captures of packets: what the rest of the program may use of them. */
export { type CallMedia, type CallSide, callMedia } from "./call-media.js";
export { type Capture, CaptureReader, isCapture } from "./capture.js";
export { hostOf } from "./host.js";
export { type AnnouncedAudio, codecName, isEncrypted, wantsSound } from "./rtp/announced.js";
export type { RtpStream } from "./rtp/stream.js";
export type { CapturedMessage } from "./sip-store.js";
