import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: TrainerCallback","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/TrainerCallback.md","filePath":"reference/api/baaljs/interfaces/TrainerCallback.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/TrainerCallback.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-trainercallback" tabindex="-1">Interface: TrainerCallback <a class="header-anchor" href="#interface-trainercallback" aria-label="Permalink to &quot;Interface: TrainerCallback&quot;">​</a></h1><p>Hooks with Hugging Face&#39;s names, awaited one after the other. After a step the order is: <code>onStepEnd</code>, <code>onEpochEnd</code> (when it was the last of its epoch), <code>onLog</code>, <code>onEvaluate</code>, <code>onSave</code>, as far as each is due. An error that a hook throws ends training.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-onepochbegin"></a> <code>onEpochBegin?</code></td><td><code>readonly</code></td><td><code>Hook</code></td><td>Also called when a resumed run continues within an epoch.</td></tr><tr><td><a id="property-onepochend"></a> <code>onEpochEnd?</code></td><td><code>readonly</code></td><td><code>Hook</code></td><td>-</td></tr><tr><td><a id="property-onevaluate"></a> <code>onEvaluate?</code></td><td><code>readonly</code></td><td><code>Hook</code></td><td>-</td></tr><tr><td><a id="property-onlog"></a> <code>onLog?</code></td><td><code>readonly</code></td><td><code>Hook</code></td><td>-</td></tr><tr><td><a id="property-onsave"></a> <code>onSave?</code></td><td><code>readonly</code></td><td><code>Hook</code></td><td>-</td></tr><tr><td><a id="property-onstepend"></a> <code>onStepEnd?</code></td><td><code>readonly</code></td><td><code>Hook</code></td><td>-</td></tr><tr><td><a id="property-ontrainbegin"></a> <code>onTrainBegin?</code></td><td><code>readonly</code></td><td><code>Hook</code></td><td>-</td></tr><tr><td><a id="property-ontrainend"></a> <code>onTrainEnd?</code></td><td><code>readonly</code></td><td><code>Hook</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/TrainerCallback.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const TrainerCallback = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  TrainerCallback as default
};
