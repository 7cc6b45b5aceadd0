// Loaded into a router whose memory is measured. Twice, because what the first collection ends may keep other things alive.
process.on("SIGUSR2", () => {
  Bun.gc(true);
  setTimeout(() => Bun.gc(true), 500);
});
