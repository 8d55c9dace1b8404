/** How many workers there should be, as uWSGI's cheaper: between two numbers, by how busy they are. */

/** Busier than this, or with connections that wait, there is one more. */
const MANY_ABOVE = 0.75;

/** One fewer would be no busier than this. Below the other by so much that what was added does not go at once. */
const FEWER_BELOW = 0.5;

/** Beats in a row that must say so. */
const BEATS_TO_GROW = 2;
const BEATS_TO_SHRINK = 20;

export interface Load {
  /** Each worker's, 0 to 1. */
  busy: number[];
  /** Connections the kernel holds. */
  queued: number;
}

/** @returns a function of each beat's load that says how many workers there should be now */
export function busyness(min: number, max: number): (load: Load, now: number) => number {
  let growing = 0;
  let shrinking = 0;
  return ({ busy, queued }, now) => {
    const work = busy.reduce((sum, one) => sum + one, 0);
    growing = queued > 0 || work > MANY_ABOVE * now ? growing + 1 : 0;
    shrinking = queued === 0 && work < FEWER_BELOW * (now - 1) ? shrinking + 1 : 0;
    if (growing >= BEATS_TO_GROW && now < max) {
      growing = 0;
      return now + 1;
    }
    if (shrinking >= BEATS_TO_SHRINK && now > min) {
      shrinking = 0;
      return now - 1;
    }
    return Math.min(max, Math.max(min, now));
  };
}
