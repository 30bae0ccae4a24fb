// Values of the run-time's data models: whether one is of its type, and how times add up. As lms/engines/scorm/types.py and durations.py.
(() => {
  const whole = (pattern) => new RegExp(`^(?:${pattern})$`, 'u');

  const patterns = new Map();
  function fits(pattern, value) {
    if (!patterns.has(pattern)) patterns.set(pattern, whole(pattern));
    return patterns.get(pattern).test(value);
  }

  function outOfRange({ least, greatest }, value) {
    return Number(value) < (least ?? -Infinity) || Number(value) > (greatest ?? Infinity);
  }

  // Why the value is not of the type, or ''.
  function wrong(kind, value, unstorable) {
    if (value.length > kind.most || unstorable.test(value)) return 'type';
    const words = kind.words || [];
    if (words.includes(value)) return '';
    if ((kind.match || words.length) && !(kind.match && fits(kind.match, value))) return 'type';
    if (outOfRange(kind, value)) return 'range';
    const parts = kind.distinct ? value.split(kind.distinct) : [];
    return new Set(parts).size < parts.length ? 'type' : '';
  }

  // Times are whole hundredths of a second, and as long as the standard's digits let them be.
  const WEIGHTS = [31556952n, 2629746n, 86400n, 3600n, 60n, 1n];
  const INTERVAL = /^P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]{1,2}))?S)?)?$/;
  const TIMESPAN = /^([0-9]{2,4}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,2}))?$/;
  const MOST_TIMESPAN = 9999n * 360000n + 59n * 6000n + 5999n;
  function hundredths(pattern, weights, text) {
    const [, ...found] = pattern.exec(text) || [''];
    if (!found.length) return 0n;
    const fraction = BigInt((found.pop() || '').padEnd(2, '0'));
    return found.reduce((sum, part, i) => sum + weights[i] * BigInt(part || 0) * 100n, fraction);
  }
  const two = (number) => String(number).padStart(2, '0');
  const parted = (sum) => [sum / 360000n, (sum / 6000n) % 60n, (sum % 6000n) / 100n, sum % 100n];
  function addInterval(total, session) {
    if (!session) return total;
    const [hours, minutes, seconds, rest] = parted(hundredths(INTERVAL, WEIGHTS, total) + hundredths(INTERVAL, WEIGHTS, session));
    return `PT${hours}H${minutes}M${seconds}${rest ? `.${two(rest)}` : ''}S`;
  }
  function addTimespan(total, session) {
    if (!session) return total;
    const weights = WEIGHTS.slice(3);
    const sum = hundredths(TIMESPAN, weights, total) + hundredths(TIMESPAN, weights, session);
    const [hours, minutes, seconds, rest] = parted(sum < MOST_TIMESPAN ? sum : MOST_TIMESPAN);
    return `${String(hours).padStart(4, '0')}:${two(minutes)}:${two(seconds)}.${two(rest)}`;
  }

  Cleanroom.values = { addInterval, addTimespan, whole, wrong };
})();
