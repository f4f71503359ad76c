// Counts down to a deadline by the server's clock: the page says what time it was there when it was written.
//
// In the markup: <span class="tg-countdown" data-deadline="2027-03-03T12:00:00+00:00" data-now="…">3 days</span>.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Words for a number of whole seconds left, in the two largest units that matter. */
export function remaining(seconds) {
  if (seconds <= 0) return "The deadline has passed";
  const days = Math.floor(seconds / DAY);
  const hours = Math.floor((seconds % DAY) / HOUR);
  const minutes = Math.floor((seconds % HOUR) / MINUTE);
  if (days) return `${plural(days, "day")} ${plural(hours, "hour")} left`;
  if (hours) return `${plural(hours, "hour")} ${plural(minutes, "minute")} left`;
  if (minutes) return `${plural(minutes, "minute")} ${plural(seconds % MINUTE, "second")} left`;
  return `${plural(seconds, "second")} left`;
}

export function startCountdown(element) {
  const deadline = Date.parse(element.dataset.deadline);
  const ahead = Date.parse(element.dataset.now) - Date.now();
  if (Number.isNaN(deadline + ahead)) return;

  const tick = () => {
    const seconds = Math.ceil((deadline - (Date.now() + ahead)) / 1000);
    const words = remaining(seconds);
    if (element.textContent !== words) element.textContent = words;
    if (seconds <= 0) clearInterval(timer);
  };
  const timer = setInterval(tick, 1000);
  tick();
}
