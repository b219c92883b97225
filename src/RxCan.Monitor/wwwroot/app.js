'use strict';

// What Blazor cannot do: the theme before the first paint, keys, the plot, and a connection that is lost. A classic script, so that it runs before the page is drawn.
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
    document.getElementById('single-keys').checked = hasSingleKeys;
    if (help.open)
      help.close();
    else
      help.showModal();
  }

  function focus(id) {
    const field = document.getElementById(id);
    if (!field)
      return;
    const folded = field.closest('details');
    if (folded)
      folded.open = true;
    field.focus();
    field.select?.();
  }

  function setAddress(query) {
    history.replaceState(history.state, '', location.pathname + query);
  }

  // Scrolls the row at an index into view, whether or not it is rendered.
  function reveal(index, rowHeight) {
    const box = document.getElementById('frames');
    const head = box.querySelector('thead').offsetHeight;
    const top = index * rowHeight;
    box.scrollTop = Math.min(top, Math.max(box.scrollTop, top + rowHeight + head - box.clientHeight));
  }

  const forPage = new Set([' ', 's', 'S', 'c', 'p', 'v', 'Enter', 'Escape', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End']);
  const forTable = new Set(['Enter', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End']);
  let hasSingleKeys = localStorage.getItem('single-keys') !== 'off';

  function setSingleKeys(isOn) {
    hasSingleKeys = isOn;
    localStorage.setItem('single-keys', isOn ? 'on' : 'off');
  }

  function onKey(e) {
    if (e.ctrlKey || e.altKey || e.metaKey || document.getElementById('help').open && e.key !== '?')
      return;
    const field = e.target.closest('input, select, textarea');
    if (field) {
      if (e.key === 'Escape')
        field.blur();
      return;
    }
    if (e.target.closest('button, a, summary') && (e.key === ' ' || e.key === 'Enter'))
      return;
    if (forTable.has(e.key) && e.target !== document.body && !e.target.closest('#frames'))
      return; // another part of the page scrolls
    if (!hasSingleKeys && e.key.length === 1)
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

  // The width of the panels and the height of the plot, which this browser remembers.
  const splitters = (() => {
    const root = document.documentElement, step = 16;
    const parts = { side: { selector: '.side', property: 'width', at: 'clientX', less: 'ArrowRight', more: 'ArrowLeft' },
      plot: { selector: '#plot', property: 'height', at: 'clientY', less: 'ArrowDown', more: 'ArrowUp' } };

    function set(name, size) {
      if (size === null) {
        localStorage.removeItem(`size-${name}`);
        root.style.removeProperty(`--${name}`);
      } else {
        localStorage.setItem(`size-${name}`, size);
        root.style.setProperty(`--${name}`, `${size}px`);
      }
    }

    for (const name in parts) {
      const size = parseInt(localStorage.getItem(`size-${name}`));
      if (size > 0)
        root.style.setProperty(`--${name}`, `${size}px`);
    }

    function start() {
      for (const bar of document.querySelectorAll('.splitter')) {
        const name = bar.dataset.size, part = parts[name];
        const size = () => Math.round(document.querySelector(part.selector).getBoundingClientRect()[part.property]);
        const change = size => { set(name, size); say(); };
        const say = () => bar.setAttribute('aria-valuenow', size());
        let drag = null;
        bar.addEventListener('pointerdown', e => { drag = { at: e[part.at], size: size() }; bar.setPointerCapture(e.pointerId); });
        bar.addEventListener('pointermove', e => drag && change(drag.size + drag.at - e[part.at]));
        bar.addEventListener('lostpointercapture', () => drag = null);
        bar.addEventListener('dblclick', () => change(null));
        bar.addEventListener('keydown', e => {
          if (e.key !== part.less && e.key !== part.more && e.key !== 'Home')
            return;
          change(e.key === 'Home' ? null : size() + (e.key === part.more ? step : -step));
          e.preventDefault();
          e.stopPropagation();
        });
        say();
      }
    }

    return { start };
  })();

  // A lane for each signal, with its own axis, over a shared time axis. Samples come with the canvas, as an attribute.
  const plot = (() => {
    const left = 60, bottom = 18, gap = 8, kept = 305_000;
    let lanes = []; // { name, unit, now, times, values }: a lane of a log has the log's time
    let seconds = 60, sequence = 0, back = 0; // back: how far the plot was dragged into the past, in ms
    let pointer = null, drag = null, zooming = null;

    // What the server adds: { sequence, span, lanes: [{ name, unit, now, isNew, samples: [ms before now, value, ...] }] }
    function add(news) {
      if (news.sequence > 1 && news.sequence !== sequence + 1)
        page.invokeMethodAsync('OnPlotGap').catch(() => { });
      sequence = news.sequence;
      if (zooming === null)
        seconds = news.span;
      lanes = news.lanes.map(({ name, unit, now, isNew, samples }) => {
        const lane = !isNew && lanes.find(lane => lane.name === name) || { name, unit, times: [], values: [] };
        for (let i = 0; i < samples.length; i += 2) {
          lane.times.push(now + samples[i]);
          lane.values.push(samples[i + 1]);
        }
        lane.now = now;
        if (lane.times.length > 1000 && lane.times[500] < now - kept) {
          lane.times.splice(0, 500);
          lane.values.splice(0, 500);
        }
        return lane;
      });
      draw();
    }

    // A step of 1, 2 or 5 and zeros: at most `maxSteps` of them in a range.
    function stepOf(range, maxSteps) {
      const rough = range / maxSteps, power = 10 ** Math.floor(Math.log10(rough));
      return [1, 2, 5, 10].map(n => n * power).find(step => step >= rough);
    }

    const text = (value, step) => value.toFixed(Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))));

    // The index of the first time that is not before another.
    function firstFrom(times, time) {
      let low = 0, high = times.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (times[middle] < time) low = middle + 1; else high = middle;
      }
      return low;
    }

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

      const x = age => width - 8 - (age - back) / (seconds * 1000) * (width - 8 - left);

      g.fillStyle = ink;
      g.strokeStyle = grid;
      g.lineWidth = 1;
      g.textAlign = 'center';
      const step = stepOf(seconds, Math.max(2, width / 110)), shift = back / 1000;
      g.beginPath();
      for (let s = Math.ceil(shift / step) * step; s <= shift + seconds; s += step) {
        const px = Math.round(x(s * 1000)) + 0.5;
        g.moveTo(px, 0);
        g.lineTo(px, height - bottom);
        g.fillText(s === 0 ? 'now' : `-${text(s, step)} s`, Math.max(left + 20, Math.min(px, width - 20)), height - bottom / 2);
      }
      g.stroke();

      const laneHeight = (height - bottom - gap * (lanes.length - 1)) / lanes.length;
      lanes.forEach((lane, n) => drawLane(g, lane, colors()[n], { top: n * (laneHeight + gap), height: laneHeight, width, x, ink, grid }));
      if (pointer !== null && pointer >= left)
        drawPointer(g, { width, height, laneHeight, ink, background: style.backgroundColor });
    }

    function drawLane(g, lane, color, { top, height, width, x: xOf, ink, grid }) {
      const { times, values, now } = lane, end = now - back, begin = end - seconds * 1000, x = time => xOf(now - time);
      const first = Math.max(0, firstFrom(times, begin) - 1), last = firstFrom(times, end + 1);
      g.strokeStyle = grid;
      g.strokeRect(left + 0.5, Math.round(top) + 0.5, width - 9 - left, Math.round(height) - 1);
      let low = Infinity, high = -Infinity;
      for (let i = first; i < last; i++) {
        if (values[i] < low) low = values[i];
        if (values[i] > high) high = values[i];
      }
      if (low > high)
        return;
      const room = high > low ? (high - low) * 0.08 : Math.max(1, Math.abs(high) * 0.05);
      low -= room;
      high += room;
      const y = value => top + height - (value - low) / (high - low) * height;
      const step = stepOf(high - low, Math.max(2, height / 17));
      g.fillStyle = ink;
      g.textAlign = 'right';
      g.beginPath();
      for (let value = Math.ceil(low / step) * step; value <= high; value += step) {
        const py = Math.round(y(value)) + 0.5;
        g.moveTo(left, py);
        g.lineTo(width - 8, py);
        if (py > top + 5 && py < top + height - 5)
          g.fillText(text(value, step), left - 5, py);
      }
      g.stroke();

      // No line over a silence; within a pixel, from the lowest to the highest value.
      const silence = Math.max(2000, 4 * (times[last - 1] - times[first]) / Math.max(1, last - first - 1));
      g.save();
      g.beginPath();
      g.rect(left, top, width - 8 - left, height);
      g.clip();
      g.strokeStyle = color;
      g.lineWidth = 1.5;
      g.lineJoin = 'round';
      g.beginPath();
      for (let i = first; i < last;) {
        const px = Math.round(x(times[i]) * 2) / 2, from = i;
        let min = values[i], max = values[i];
        while (++i < last && x(times[i]) < px + 0.5) {
          min = Math.min(min, values[i]);
          max = Math.max(max, values[i]);
        }
        if (from > first && times[from] - times[from - 1] < silence)
          g.lineTo(px, y(values[from]));
        else
          g.moveTo(px, y(values[from]));
        if (min < max) {
          g.lineTo(px, y(min));
          g.lineTo(px, y(max));
          g.lineTo(px, y(values[i - 1]));
        } else if (last - first === 1)
          g.lineTo(px + 2, y(min));
      }
      g.stroke();
      g.restore();
      g.lineWidth = 1;
    }

    function drawPointer(g, { width, height, laneHeight, ink, background }) {
      const age = back + (width - 8 - pointer) / (width - 8 - left) * seconds * 1000;
      const px = Math.round(pointer) + 0.5;
      g.strokeStyle = ink;
      g.beginPath();
      g.moveTo(px, 0);
      g.lineTo(px, height - bottom);
      g.stroke();
      const isLeft = px > width - 140;
      g.textAlign = isLeft ? 'right' : 'left';
      lanes.forEach((lane, n) => {
        const at = firstFrom(lane.times, lane.now - age + 0.001) - 1;
        if (at < 0)
          return;
        const label = `${+lane.values[at].toPrecision(6)} ${lane.unit}`, y = n * (laneHeight + gap) + 10;
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

    function zoom(e) {
      e.preventDefault();
      seconds = Math.max(1, Math.min(300, Math.round(seconds * (e.deltaY > 0 ? 1.25 : 0.8) + (e.deltaY > 0 ? 0.5 : -0.5))));
      clearTimeout(zooming);
      zooming = setTimeout(() => page.invokeMethodAsync('OnSpan', seconds).then(() => zooming = null), 300);
      draw();
    }

    function csv() {
      const lines = ['time,signal,value,unit'];
      const quoted = text => `"${text.replaceAll('"', '""')}"`;
      for (const lane of lanes)
        lane.times.forEach((time, i) => lines.push(`${(time / 1000).toFixed(4)},${quoted(lane.name)},${lane.values[i]},${quoted(lane.unit)}`));
      return lines.join('\n') + '\n';
    }

    function save() {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([csv()], { type: 'text/csv' }));
      link.download = 'plot.csv';
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    }

    function start() {
      const canvas = document.getElementById('plot');
      const read = () => canvas.dataset.samples && add(JSON.parse(canvas.dataset.samples));
      new MutationObserver(read).observe(canvas, { attributes: true, attributeFilter: ['data-samples'] });
      read();
      canvas.addEventListener('pointerdown', e => { drag = { x: e.offsetX, back }; canvas.setPointerCapture(e.pointerId); });
      canvas.addEventListener('pointerup', () => drag = null);
      canvas.addEventListener('pointermove', e => {
        pointer = e.offsetX;
        if (drag)
          back = Math.max(0, Math.min(kept, drag.back + (e.offsetX - drag.x) / (canvas.clientWidth - 8 - left) * seconds * 1000));
        draw();
      });
      canvas.addEventListener('pointerleave', () => { pointer = null; draw(); });
      canvas.addEventListener('dblclick', () => { back = 0; draw(); });
      canvas.addEventListener('wheel', zoom, { passive: false });
      new ResizeObserver(draw).observe(canvas);
      matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
    }

    return { draw, csv, save, start };
  })();

  // Says when the data is old: each tick changes the pulse, even on a silent bus.
  const connection = (() => {
    const icon = (color) => `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="${color}"/></svg>`)}`;
    let heard = 0, at = null, mark = null, isLost = false, usualIcon = null;

    function onPulse() {
      const pulse = document.getElementById('pulse');
      if (!pulse)
        return;
      heard = performance.now();
      at = new Date();
      show(pulse.dataset.mark, pulse.dataset.title);
      if (isLost)
        check();
    }

    function show(next, title) {
      if (document.title !== title)
        document.title = title;
      if (next === mark)
        return;
      mark = next;
      const link = document.querySelector('link[rel=icon]');
      usualIcon ??= link.href;
      link.href = mark === 'alarm' ? icon('#d92d20') : mark === 'warn' ? icon('#e0a100') : mark === 'lost' ? icon('#777') : usualIcon;
    }

    function check() {
      if (document.hidden || !heard)
        return;
      const age = performance.now() - heard, outage = document.getElementById('outage');
      isLost = age > 1500;
      outage.hidden = !isLost;
      document.documentElement.classList.toggle('lost', isLost);
      if (isLost) {
        outage.textContent = `No connection to rxcan-monitor for ${Math.floor(age / 1000)} s. What is shown is from ${at.toLocaleTimeString()}.`;
        show('lost', 'NO CONNECTION - rxcan-monitor');
      }
    }

    // Tries until the server answers. One that was restarted does not know this page: it is loaded again, with its address.
    async function reconnect() {
      for (;;) {
        try {
          if (!await Blazor.reconnect())
            location.reload();
          else
            tellHidden(); // what it became meanwhile was not heard
          return;
        } catch {
          await new Promise(done => setTimeout(done, 500));
        }
      }
    }

    function connect() {
      Blazor.start({
        circuit: {
          configureSignalR: builder => builder.withServerTimeout(4000).withKeepAliveInterval(1000),
          reconnectionHandler: { onConnectionDown: reconnect, onConnectionUp: () => { } },
        },
      });
    }

    function start() {
      new MutationObserver(onPulse).observe(document.getElementById('pulse'), { attributes: true });
      onPulse();
      setInterval(check, 250);
      if (document.hidden)
        tellHidden();
      document.addEventListener('visibilitychange', () => {
        heard = performance.now(); // a hidden page rests
        tellHidden();
      });
    }

    function tellHidden() {
      const isHidden = document.hidden;
      page.invokeMethodAsync('OnHidden', isHidden).then(() => document.documentElement.toggleAttribute('data-resting', isHidden)).catch(() => { });
    }

    return { connect, start };
  })();

  // Tells the trace how many rows fit.
  function observeRows(trace) {
    const box = document.getElementById('trace');
    let rows = 0;
    new ResizeObserver(() => {
      const fit = Math.floor((box.clientHeight - box.querySelector('thead').offsetHeight) / 22);
      if (fit !== rows && fit > 0)
        trace.invokeMethodAsync('OnRows', rows = fit).catch(() => { });
    }).observe(box);
  }

  function start(monitorPage) {
    page = monitorPage;
    document.addEventListener('keydown', onKey);
    document.addEventListener('click', e => { // a clicked button must not keep the space bar
      if (e.detail > 0)
        e.target.closest('button')?.blur();
    });
    plot.start();
    splitters.start();
    connection.start();
    document.documentElement.dataset.ready = '';
  }

  return { connect: connection.connect, start, toggleTheme, toggleHelp, setSingleKeys, setAddress, focus, reveal, observeRows, plot };
})();
