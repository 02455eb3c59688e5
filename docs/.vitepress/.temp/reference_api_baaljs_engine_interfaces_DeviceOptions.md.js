import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: DeviceOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/engine/interfaces/DeviceOptions.md","filePath":"reference/api/baaljs/engine/interfaces/DeviceOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/engine/interfaces/DeviceOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-deviceoptions" tabindex="-1">Interface: DeviceOptions <a class="header-anchor" href="#interface-deviceoptions" aria-label="Permalink to &quot;Interface: DeviceOptions&quot;">​</a></h1><p>Where and on how many threads a graph runs.</p><h2 id="extended-by" tabindex="-1">Extended by <a class="header-anchor" href="#extended-by" aria-label="Permalink to &quot;Extended by&quot;">​</a></h2><ul><li><a href="./../../calibration/interfaces/CalibrationOptions.html"><code>CalibrationOptions</code></a></li><li><a href="./../../interfaces/HeadFromConfigOptions.html"><code>HeadFromConfigOptions</code></a></li><li><a href="./../../interfaces/ImageFromConfigOptions.html"><code>ImageFromConfigOptions</code></a></li><li><a href="./../../interfaces/FromConfigOptions.html"><code>FromConfigOptions</code></a></li><li><a href="./../../interfaces/FromPretrainedOptions.html"><code>FromPretrainedOptions</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-device"></a> <code>device?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/Device.html"><code>Device</code></a></td><td>Where the graph runs; <code>&quot;cpu&quot;</code> by default.</td></tr><tr><td><a id="property-precision"></a> <code>precision?</code></td><td><code>readonly</code></td><td><code>Precision</code></td><td><code>&quot;int8&quot;</code>: a model&#39;s predictions multiply weights and activations of its linear layers as bytes, which is quicker on processors with instructions for it. Training, features and all that is not a linear layer stay in float32, the default. A session of a graph takes no notice.</td></tr><tr><td><a id="property-threads"></a> <code>threads?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Threads that one operator may use; all cores by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/engine/interfaces/DeviceOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const DeviceOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  DeviceOptions as default
};
