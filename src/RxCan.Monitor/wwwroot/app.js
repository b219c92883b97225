'use strict';

// What Blazor cannot do: the theme before the first paint, keys, and the plot. A classic script, so that it runs before the page is drawn.
window.monitor = (() => {
  let page = null; // the MonitorPage

  const theme = localStorage.getItem('theme');
  if (theme)
    document.documentElement.dataset.theme = theme;

  function toggleTheme() {
    const isDark = getComputedStyle(document.documentElement).getPropertyValue('--is-dark').trim() === '1';
    const theme = isDark ? 'light' : 'dark';
    document.documentElement.dataset.theme = theme;
    localStorage.setItem('theme', theme);
    plot.draw();
  }

  function toggleHelp() {
    const help = document.getElementById('help');
    if (help.open)
      help.close();
    else
      help.showModal();
  }

  function focus(id) {
    const field = document.getElementById(id);
    field.focus();
    field.select?.();
  }

  // Scrolls the row at an index into view, whether or not it is rendered.
  function reveal(index, rowHeight) {
    const box = document.getElementById('frames');
    const head = box.querySelector('thead').offsetHeight;
    const top = index * rowHeight;
    box.scrollTop = Math.min(top, Math.max(box.scrollTop, top + rowHeight + head - box.clientHeight));
  }

  const forPage = new Set([' ', 's', 'S', 'c', 'p', 'Enter', 'Escape', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End']);

  function onKey(e) {
    if (e.ctrlKey || e.altKey || e.metaKey || document.getElementById('help').open && e.key !== '?')
      return;
    const field = e.target.closest('input, select, textarea');
    if (field) {
      if (e.key === 'Escape')
        field.blur();
      return;
    }
    if (e.target.closest('button') && (e.key === ' ' || e.key === 'Enter'))
      return;
    if (e.key === '?')
      toggleHelp();
    else if (e.key === '/')
      focus('filter');
    else if (e.key === 'r')
      focus('request-bytes');
    else if (e.key === 't')
      toggleTheme();
    else if (forPage.has(e.key))
      page?.invokeMethodAsync('OnKey', e.key);
    else
      return;
    e.preventDefault();
  }

  // A lane for each signal, with its own axis, over a shared time axis.
  const plot = (() => {
    const capacity = 3200; // five minutes of ticks
    const left = 60, bottom = 18, gap = 8;
    let lanes = []; // { name, unit, values }
    let times = new Float64Array(capacity), count = 0, next = 0;
    let seconds = 60, pointer = null;

    const at = i => (next - count + i + capacity) % capacity; // the i-th oldest

    function show(names, units, span) {
      seconds = span;
      lanes = names.map((name, i) => lanes.find(lane => lane.name === name) ?? { name, unit: units[i], values: new Float64Array(capacity).fill(NaN) });
      draw();
    }

    function add(time, values) {
      times[next] = time;
      lanes.forEach((lane, i) => lane.values[next] = values[i] ?? NaN);
      next = (next + 1) % capacity;
      count = Math.min(count + 1, capacity);
      draw();
    }

    // A step of 1, 2 or 5 and zeros: at most `maxSteps` of them in a range.
    function stepOf(range, maxSteps) {
      const rough = range / maxSteps, power = 10 ** Math.floor(Math.log10(rough));
      return [1, 2, 5, 10].map(n => n * power).find(step => step >= rough);
    }

    const text = (value, step) => value.toFixed(Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))));

    function draw() {
      const canvas = document.getElementById('plot');
      if (!canvas || canvas.clientWidth === 0)
        return;
      const width = canvas.clientWidth, height = canvas.clientHeight, scale = devicePixelRatio;
      if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
        canvas.width = Math.round(width * scale);
        canvas.height = Math.round(height * scale);
      }

      const g = canvas.getContext('2d');
      const style = getComputedStyle(canvas);
      const ink = style.color, grid = style.borderTopColor;
      g.setTransform(scale, 0, 0, scale, 0, 0);
      g.clearRect(0, 0, width, height);
      g.font = `11px ${style.fontFamily}`;
      g.textBaseline = 'middle';
      if (lanes.length === 0) {
        g.fillStyle = ink;
        g.fillText('No signal. Describe one below.', left, height / 2);
        return;
      }

      const now = count ? times[at(count - 1)] : Date.now();
      const x = time => width - 8 - (now - time) / (seconds * 1000) * (width - 8 - left);

      g.fillStyle = ink;
      g.strokeStyle = grid;
      g.lineWidth = 1;
      g.textAlign = 'center';
      const step = stepOf(seconds, Math.max(2, width / 110));
      g.beginPath();
      for (let s = 0; s <= seconds; s += step) {
        const px = Math.round(x(now - s * 1000)) + 0.5;
        g.moveTo(px, 0);
        g.lineTo(px, height - bottom);
        g.fillText(s === 0 ? 'now' : `-${s} s`, Math.min(px, width - 14), height - bottom / 2);
      }
      g.stroke();

      let first = 0; // the first value that is not too old
      while (first < count && times[at(first)] < now - seconds * 1000)
        first++;
      const laneHeight = (height - bottom - gap * (lanes.length - 1)) / lanes.length;
      lanes.forEach((lane, n) => drawLane(g, lane, colors()[n], { top: n * (laneHeight + gap), height: laneHeight, width, first, x, ink, grid }));
      if (pointer !== null && pointer >= left)
        drawPointer(g, { width, height, laneHeight, first, x, ink, grid, background: style.backgroundColor });
    }

    function rangeOf(lane, first) {
      let low = Infinity, high = -Infinity;
      for (let i = first; i < count; i++) {
        const value = lane.values[at(i)];
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (low > high)
        return null;
      const room = high > low ? (high - low) * 0.08 : Math.max(1, Math.abs(high) * 0.05);
      return { low: low - room, high: high + room };
    }

    function drawLane(g, lane, color, { top, height, width, first, x, ink, grid }) {
      const range = lane.range = rangeOf(lane, first);
      g.strokeStyle = grid;
      g.strokeRect(left + 0.5, Math.round(top) + 0.5, width - 9 - left, Math.round(height) - 1);
      if (!range)
        return;
      const y = lane.y = value => top + height - (value - range.low) / (range.high - range.low) * height;
      const step = stepOf(range.high - range.low, Math.max(2, height / 17));
      g.fillStyle = ink;
      g.textAlign = 'right';
      g.beginPath();
      for (let value = Math.ceil(range.low / step) * step; value <= range.high; value += step) {
        const py = Math.round(y(value)) + 0.5;
        g.moveTo(left, py);
        g.lineTo(width - 8, py);
        if (py > top + 5 && py < top + height - 5)
          g.fillText(text(value, step), left - 5, py);
      }
      g.stroke();

      g.strokeStyle = color;
      g.lineWidth = 1.5;
      g.lineJoin = 'round';
      g.beginPath();
      let isDown = false;
      for (let i = first; i < count; i++) {
        const value = lane.values[at(i)];
        // Do not draw a line over a pause either.
        isDown &&= !Number.isNaN(value) && times[at(i)] - times[at(i - 1)] < 2000;
        if (Number.isNaN(value))
          continue;
        if (isDown)
          g.lineTo(x(times[at(i)]), y(value));
        else
          g.moveTo(x(times[at(i)]), y(value));
        isDown = true;
      }
      g.stroke();
      g.lineWidth = 1;
    }

    function drawPointer(g, { width, height, laneHeight, first, x, ink, background }) {
      let nearest = first;
      for (let i = first; i < count; i++) {
        if (Math.abs(x(times[at(i)]) - pointer) < Math.abs(x(times[at(nearest)]) - pointer))
          nearest = i;
      }
      if (nearest >= count)
        return;
      const px = Math.round(x(times[at(nearest)])) + 0.5;
      g.strokeStyle = ink;
      g.beginPath();
      g.moveTo(px, 0);
      g.lineTo(px, height - bottom);
      g.stroke();
      const isLeft = px > width - 140;
      g.textAlign = isLeft ? 'right' : 'left';
      lanes.forEach((lane, n) => {
        const value = lane.values[at(nearest)];
        if (Number.isNaN(value))
          return;
        const label = `${+value.toPrecision(6)} ${lane.unit}`, y = n * (laneHeight + gap) + 10;
        const size = g.measureText(label).width + 6, from = isLeft ? px - 6 - size : px + 6;
        g.fillStyle = background;
        g.fillRect(from, y - 8, size, 16);
        g.fillStyle = ink;
        g.fillText(label, isLeft ? px - 9 : px + 9, y);
      });
    }

    // A custom property holds light-dark(...); only a used color gives its value.
    let known = { theme: null, colors: [] };
    function colors() {
      const theme = getComputedStyle(document.documentElement).getPropertyValue('--is-dark');
      if (known.theme !== theme || known.colors.length < lanes.length) {
        const probe = document.body.appendChild(document.createElement('i'));
        known = { theme, colors: lanes.map((_, n) => (probe.style.color = `var(--line-${n})`, getComputedStyle(probe).color)) };
        probe.remove();
      }
      return known.colors;
    }

    function start() {
      const canvas = document.getElementById('plot');
      canvas.addEventListener('mousemove', e => { pointer = e.offsetX; draw(); });
      canvas.addEventListener('mouseleave', () => { pointer = null; draw(); });
      new ResizeObserver(draw).observe(canvas);
      matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
    }

    return { show, add, draw, start };
  })();

  function start(monitorPage) {
    page = monitorPage;
    document.addEventListener('keydown', onKey);
    document.addEventListener('click', e => { // a clicked button must not keep the space bar
      if (e.detail > 0)
        e.target.closest('button')?.blur();
    });
    plot.start();
    document.documentElement.dataset.ready = '';
  }

  return { start, toggleTheme, toggleHelp, focus, reveal, plot };
})();
