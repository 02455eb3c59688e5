import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LabelStudioPrediction","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/LabelStudioPrediction.md","filePath":"reference/api/baaljs/label-studio/interfaces/LabelStudioPrediction.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/LabelStudioPrediction.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-labelstudioprediction" tabindex="-1">Interface: LabelStudioPrediction <a class="header-anchor" href="#interface-labelstudioprediction" aria-label="Permalink to &quot;Interface: LabelStudioPrediction&quot;">​</a></h1><p>A prediction as Label Studio takes and stores it.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-model_version"></a> <code>model_version</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-result"></a> <code>result</code></td><td><code>readonly</code></td><td>readonly <a href="./ChoicesRegion.html"><code>ChoicesRegion</code></a>[]</td><td>-</td></tr><tr><td><a id="property-score"></a> <code>score</code></td><td><code>readonly</code></td><td><code>number</code></td><td>In [0, 1]; see <a href="./../type-aliases/ScoreOrder.html">ScoreOrder</a>.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/LabelStudioPrediction.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LabelStudioPrediction = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LabelStudioPrediction as default
};
