import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: SgdOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/engine/interfaces/SgdOptions.md","filePath":"reference/api/baaljs/engine/interfaces/SgdOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/engine/interfaces/SgdOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-sgdoptions" tabindex="-1">Interface: SgdOptions <a class="header-anchor" href="#interface-sgdoptions" aria-label="Permalink to &quot;Interface: SgdOptions&quot;">​</a></h1><p>The settings of <a href="./../classes/Sgd.html">Sgd</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-decays"></a> <code>decays?</code></td><td><code>readonly</code></td><td>(<code>name</code>) =&gt; <code>boolean</code></td><td>Which parameters decay, by name; all but biases and normalisation layers by default.</td></tr><tr><td><a id="property-momentum"></a> <code>momentum?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>0 by default: no momentum.</td></tr><tr><td><a id="property-nesterov"></a> <code>nesterov?</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>Nesterov&#39;s momentum; needs <code>momentum</code>.</td></tr><tr><td><a id="property-weightdecay"></a> <code>weightDecay?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Added to the gradient as <code>weightDecay * weight</code>, as in PyTorch. 0 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/engine/interfaces/SgdOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const SgdOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  SgdOptions as default
};
