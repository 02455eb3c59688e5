import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: TrainerControl","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/TrainerControl.md","filePath":"reference/api/baaljs/interfaces/TrainerControl.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/TrainerControl.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-trainercontrol" tabindex="-1">Interface: TrainerControl <a class="header-anchor" href="#interface-trainercontrol" aria-label="Permalink to &quot;Interface: TrainerControl&quot;">​</a></h1><p>A callback&#39;s wishes, which it sets to true. The trainer sets the last three before every <code>onStepEnd</code> from its strategies.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-shouldevaluate"></a> <code>shouldEvaluate</code></td><td><code>boolean</code></td><td>-</td></tr><tr><td><a id="property-shouldlog"></a> <code>shouldLog</code></td><td><code>boolean</code></td><td>-</td></tr><tr><td><a id="property-shouldsave"></a> <code>shouldSave</code></td><td><code>boolean</code></td><td>-</td></tr><tr><td><a id="property-shouldstop"></a> <code>shouldStop</code></td><td><code>boolean</code></td><td>Ends training after this step.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/TrainerControl.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const TrainerControl = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  TrainerControl as default
};
