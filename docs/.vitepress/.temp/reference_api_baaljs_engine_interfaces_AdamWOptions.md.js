import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: AdamWOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/engine/interfaces/AdamWOptions.md","filePath":"reference/api/baaljs/engine/interfaces/AdamWOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/engine/interfaces/AdamWOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-adamwoptions" tabindex="-1">Interface: AdamWOptions <a class="header-anchor" href="#interface-adamwoptions" aria-label="Permalink to &quot;Interface: AdamWOptions&quot;">​</a></h1><p>The settings of <a href="./../classes/AdamW.html">AdamW</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-beta1"></a> <code>beta1?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>0.9 by default.</td></tr><tr><td><a id="property-beta2"></a> <code>beta2?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>0.999 by default.</td></tr><tr><td><a id="property-decays"></a> <code>decays?</code></td><td><code>readonly</code></td><td>(<code>name</code>) =&gt; <code>boolean</code></td><td>Which parameters decay, by name; all but biases and normalisation layers by default.</td></tr><tr><td><a id="property-epsilon"></a> <code>epsilon?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>1e-8 by default, added to the root of the second moment.</td></tr><tr><td><a id="property-weightdecay"></a> <code>weightDecay?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Decoupled: weights are multiplied by <code>1 - learningRate * weightDecay</code> before each update. 0 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/engine/interfaces/AdamWOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const AdamWOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  AdamWOptions as default
};
