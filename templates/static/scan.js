// Reading a QR code: with the camera where there is one, from a photograph everywhere. Pictures of the camera stay here.

const SLOW = 160;
const WIDEST = 800;
const DECODER = new URL("check/vendor/jsqr/jsQR.js", import.meta.url);

const box = document.querySelector("[data-scan]");
const photo = document.querySelector("[data-photo]");
const desk = document.querySelector("form.desk");

const loaded = (url) =>
  new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = url;
    script.addEventListener("load", done);
    script.addEventListener("error", failed);
    document.head.append(script);
  });

/** What reads the code in a canvas: the browser's own detector, or ours. */
const reader = async () => {
  const known = "BarcodeDetector" in window ? await BarcodeDetector.getSupportedFormats().catch(() => []) : [];
  if (known.includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (canvas) => (await detector.detect(canvas))[0]?.rawValue;
  }
  if (!globalThis.jsQR) await loaded(DECODER);
  return async (canvas) => {
    const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return globalThis.jsQR(data, width, height)?.data;
  };
};

const drawn = (video, canvas) => {
  const scale = Math.min(1, WIDEST / video.videoWidth);
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext("2d", { willReadFrequently: true }).drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas;
};

const rest = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

if (photo) {
  photo.addEventListener("change", () => photo.files.length && photo.form.requestSubmit());
  photo.closest(".scan").classList.add("alive");
}

if (box && navigator.mediaDevices?.getUserMedia) {
  const [start, stop, camera, video, told] = ["[data-start]", "[data-stop]", ".camera", "video", "[data-told]"].map((it) =>
    box.querySelector(it),
  );
  let stream = null;

  const end = () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.srcObject = null;
    camera.hidden = true;
    start.hidden = false;
  };

  const take = (text) => {
    end();
    told.textContent = box.dataset.found;
    desk.querySelector("textarea").value = text;
    desk.requestSubmit();
  };

  const watch = async () => {
    const read = await reader();
    const canvas = document.createElement("canvas");
    for (; stream; await rest(SLOW)) {
      const text = video.videoWidth ? await read(drawn(video, canvas)).catch(() => null) : null;
      if (text && stream) return take(text);
    }
    return null;
  };

  const begin = async () => {
    start.hidden = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
      video.srcObject = stream;
      camera.hidden = false;
      told.textContent = told.dataset.aim;
      stop.focus();
      await video.play();
      await watch();
    } catch {
      end();
      told.textContent = box.dataset.denied;
    }
  };

  box.hidden = false;
  start.addEventListener("click", begin);
  stop.addEventListener("click", () => {
    end();
    told.textContent = "";
    start.focus();
  });
  addEventListener("pagehide", end);
}
