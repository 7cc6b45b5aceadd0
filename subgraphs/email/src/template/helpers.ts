const days = new Intl.DateTimeFormat("en-US", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
const money = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** What templates may call. Handlebars hands its options to each as the last argument. */
export const helpers = {
  formatDate(date: unknown, ...more: unknown[]): string {
    const time = new Date(date as string);
    if (Number.isNaN(time.getTime())) return "";
    const [pattern] = more.length > 1 ? more : [];
    return typeof pattern === "string" ? inPattern(time, pattern) : days.format(time);
  },
  formatCurrency: (amount: unknown) => money.format(Number(amount) || 0),
  join: (items: unknown, separator: unknown) =>
    Array.isArray(items) ? items.join(typeof separator === "string" ? separator : ", ") : "",
};

/** The few signs that templates use: `MMM Do, YYYY HH:mm`. */
function inPattern(time: Date, pattern: string): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = time.getUTCDate();
  const values: Readonly<Record<string, string>> = {
    YYYY: String(time.getUTCFullYear()),
    MMM: months[time.getUTCMonth()] ?? "",
    MM: two(time.getUTCMonth() + 1),
    Do: `${day}${ordinalOf(day)}`,
    DD: two(day),
    HH: two(time.getUTCHours()),
    mm: two(time.getUTCMinutes()),
  };
  return pattern.replace(/YYYY|MMM|MM|Do|DD|HH|mm/g, (sign) => values[sign] ?? sign);
}

function ordinalOf(day: number): string {
  if (day >= 11 && day <= 13) return "th";
  return ["th", "st", "nd", "rd"][day % 10] ?? "th";
}
