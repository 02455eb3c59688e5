import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LabelStepOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/LabelStepOptions.md","filePath":"reference/api/baaljs/interfaces/LabelStepOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/LabelStepOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-labelstepoptions" tabindex="-1">Interface: LabelStepOptions <a class="header-anchor" href="#interface-labelstepoptions" aria-label="Permalink to &quot;Interface: LabelStepOptions&quot;">​</a></h1><p>To which active-learning step newly labelled items belong.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-step"></a> <code>step?</code></td><td><code>readonly</code></td><td><code>&quot;new&quot;</code> | <code>&quot;last&quot;</code></td><td>Whether the items make a step of their own (<code>&quot;new&quot;</code>, by default) or join the last one, where there is one (<code>&quot;last&quot;</code>).</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/LabelStepOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LabelStepOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LabelStepOptions as default
};
