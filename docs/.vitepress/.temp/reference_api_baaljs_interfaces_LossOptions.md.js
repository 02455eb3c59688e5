import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LossOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/LossOptions.md","filePath":"reference/api/baaljs/interfaces/LossOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/LossOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-lossoptions" tabindex="-1">Interface: LossOptions <a class="header-anchor" href="#interface-lossoptions" aria-label="Permalink to &quot;Interface: LossOptions&quot;">​</a></h1><p>A loss with its weights, smoothing and ignored targets.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-classweights"></a> <code>classWeights?</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>One weight per class; the loss is the weighted mean, as in PyTorch.</td></tr><tr><td><a id="property-focalalpha"></a> <code>focalAlpha?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Of <code>sigmoidFocal</code>: the weight of labels that are there, 1 - alpha that of the others; by default both count alike.</td></tr><tr><td><a id="property-focalgamma"></a> <code>focalGamma?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Of <code>sigmoidFocal</code>: how much less is counted what is sure; 2 by default, 0: as much.</td></tr><tr><td><a id="property-huberdelta"></a> <code>huberDelta?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Of <code>huber</code>: the error from which on it grows linearly, in the unit of the targets; 1 by default.</td></tr><tr><td><a id="property-ignoreindex"></a> <code>ignoreIndex?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Class index of targets that do not count, -100 by default.</td></tr><tr><td><a id="property-labelsmoothing"></a> <code>labelSmoothing?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Share of the target&#39;s probability spread over all classes (Szegedy 2016, arXiv:1512.00567), of labels by themselves over yes and no: y becomes <code>y (1 - e) + e / 2</code>. Not of numbers.</td></tr><tr><td><a id="property-name"></a> <code>name</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/LossName.html"><code>LossName</code></a></td><td>-</td></tr><tr><td><a id="property-posweight"></a> <code>posWeight?</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>What a label that is there counts beside one that is not, per class, as in PyTorch; binary cross-entropy only.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/LossOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LossOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LossOptions as default
};
