// Chimes made on the spot: no file to fetch, so they ring with the line cut.
let audio = null;
let ringing = 0;
let loudness = 0.6;
const REPEAT_MS = 5000;
const WRONG = 0.8;

export function setVolume(volume) {
  loudness = volume;
}

// Browsers let a page sound only after somebody touched it.
export function canSound() {
  return audio !== null && audio.state === "running";
}

export async function wake() {
  audio ??= new AudioContext();
  if (audio.state === "suspended") await Promise.race([audio.resume(), new Promise((done) => setTimeout(done, 300))]);
  return canSound();
}

export function chime(notes = [659.3, 880]) {
  if (!canSound()) return false;
  notes.forEach((pitch, place) => note(pitch, audio.currentTime + place * 0.22));
  return true;
}

// Something is wrong: two low, rough tones, as loud as by day at any hour, so that nobody bags the wrong thing.
export function buzz() {
  navigator.vibrate?.([180, 80, 180]);
  if (!canSound()) return false;
  for (const begin of [0, 0.28]) note(155, audio.currentTime + begin, { type: "sawtooth", loud: Math.max(loudness, WRONG), seconds: 0.22 });
  return true;
}

function note(pitch, at, { type = "triangle", loud = loudness, seconds = 0.9 } = {}) {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = pitch;
  tone.type = type;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(Math.max(loud, 0.001), at + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + seconds + 0.1);
}

// Rings at once and again until `stillNeeded` says no: an arrival nobody saw must not go quiet.
export function ringWhile(stillNeeded) {
  if (!stillNeeded()) {
    clearInterval(ringing);
    ringing = 0;
    return;
  }
  if (ringing) return;
  chime();
  ringing = setInterval(() => (stillNeeded() ? chime() : ringWhile(stillNeeded)), REPEAT_MS);
}

addEventListener("pointerdown", () => wake(), { capture: true });
addEventListener("keydown", () => wake(), { capture: true });
