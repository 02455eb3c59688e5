import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: AnsweredTasks","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/AnsweredTasks.md","filePath":"reference/api/baaljs/label-studio/interfaces/AnsweredTasks.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/AnsweredTasks.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-answeredtasks" tabindex="-1">Interface: AnsweredTasks <a class="header-anchor" href="#interface-answeredtasks" aria-label="Permalink to &quot;Interface: AnsweredTasks&quot;">​</a></h1><p>With the controls that were predicted, and those that were not.</p><h2 id="extends" tabindex="-1">Extends <a class="header-anchor" href="#extends" aria-label="Permalink to &quot;Extends&quot;">​</a></h2><ul><li><code>PredictedTasks</code></li><li><a href="./ChoicesControls.html"><code>ChoicesControls</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th><th>Inherited from</th></tr></thead><tbody><tr><td><a id="property-controls"></a> <code>controls</code></td><td><code>readonly</code></td><td>readonly <a href="./ChoicesControl.html"><code>ChoicesControl</code></a>[]</td><td>-</td><td><a href="./ChoicesControls.html"><code>ChoicesControls</code></a>.<a href="./ChoicesControls.html#property-controls"><code>controls</code></a></td></tr><tr><td><a id="property-mismatches"></a> <code>mismatches</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>Controls that share no label with the model: left out for all tasks.</td><td><code>PredictedTasks.mismatches</code></td></tr><tr><td><a id="property-modelversion"></a> <code>modelVersion</code></td><td><code>readonly</code></td><td><code>string</code></td><td>All results are of this version.</td><td>-</td></tr><tr><td><a id="property-problems"></a> <code>problems</code></td><td><code>readonly</code></td><td>readonly <code>object</code>[]</td><td>Tasks for which a control, or all, could not be predicted, and why; without their contents.</td><td><code>PredictedTasks.problems</code></td></tr><tr><td><a id="property-results"></a> <code>results</code></td><td><code>readonly</code></td><td>readonly <a href="./LabelStudioPrediction.html"><code>LabelStudioPrediction</code></a>[]</td><td>Exactly one per task, in order.</td><td><code>PredictedTasks.results</code></td></tr><tr><td><a id="property-skipped"></a> <code>skipped</code></td><td><code>readonly</code></td><td>readonly <code>object</code>[]</td><td>Controls that stay without predictions, and why: for the log.</td><td><a href="./ChoicesControls.html"><code>ChoicesControls</code></a>.<a href="./ChoicesControls.html#property-skipped"><code>skipped</code></a></td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/AnsweredTasks.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const AnsweredTasks = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  AnsweredTasks as default
};
